//! The compression of SHA-256: the part that takes all the time, and of which there is more than one.
//!
//! [`Scalar`] is the `sha2` crate's, which runs everywhere. The one in WebAssembly SIMD is a crate and a module of its
//! own, `src/digest/kernel`; the browser part loads it where the browser has SIMD.

/// How many bytes are compressed at once.
pub const BLOCK_BYTES: usize = 64;

/// A block of a stream.
pub type Block = [u8; BLOCK_BYTES];

/// The eight words that a stream has come to.
pub type State = [u32; 8];

/// How many streams a kernel takes at once.
pub const LANES: usize = 4;

/// Takes blocks into states (FIPS 180-4, section 6.2.2).
pub trait Kernel {
    /// What it computes with, in a word.
    fn name(&self) -> &'static str;

    /// Blocks of one stream.
    fn one(&self, state: &mut State, blocks: &[Block]);

    /// As many blocks of each of four streams.
    fn four(&self, states: &mut [State; LANES], blocks: [&[Block]; LANES]);
}

/// The kernel of the `sha2` crate: portable, on native machines with their SHA instructions. One stream after the other.
#[derive(Clone, Copy, Debug)]
pub struct Scalar;

impl Kernel for Scalar {
    fn name(&self) -> &'static str {
        "scalar"
    }

    fn one(&self, state: &mut State, blocks: &[Block]) {
        sha2::block_api::compress256(state, blocks);
    }

    fn four(&self, states: &mut [State; LANES], blocks: [&[Block]; LANES]) {
        for (state, blocks) in states.iter_mut().zip(blocks) {
            self.one(state, blocks);
        }
    }
}

/// The constants of the rounds (FIPS 180-4, section 4.2.2), for kernels that cannot keep them.
pub const K: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];

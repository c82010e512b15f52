//! The compression of SHA-256 (FIPS 180-4, section 6.2.2) in WebAssembly with SIMD (simd128): one stream, and four in
//! lanes.
//!
//! A module of its own, so that the page also starts in a browser without SIMD, and so that this code alone is
//! compiled for speed. It has no memory: its importer's is where states, blocks and the workspace are. It has no
//! statics either, for they would lie over the importer's.
//!
//! How it is written follows from what V8's register allocator makes of it, measured in Chromium:
//!
//! - The message schedule is computed in vectors, the rounds in scalars, and between them goes memory: taking a lane
//!   out of a vector costs more than to load it.
//! - These loads and stores, and stores of one state word now and then, are volatile: else LLVM moves all loads of a
//!   block to its beginning and spills them.
//! - The sums of rotations are written as such. With nested rotations there are fewer instructions, but the chain from
//!   one round to the next is longer: slower by a fifth.
#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg(target_arch = "wasm32")]

mod four;
mod one;

use core::arch::wasm32::v128;

/// What both need besides their states and blocks.
#[repr(C, align(16))]
pub struct Workspace {
    /// The constants of the rounds (FIPS 180-4, section 4.2.2): the importer puts them there.
    k: [u32; 64],
    /// The words of the message schedule: the last sixteen, of each lane.
    words: [v128; 16],
    /// Where a state word is put so that the order of instructions stays as it is written.
    pin: u32,
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

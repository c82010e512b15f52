//! SHA-256 of bytes that come piece by piece, alone or beside other streams.

use super::Digest;
use super::compress::{BLOCK_BYTES, Block, Kernel, LANES, Scalar, State};

/// Before the first block (FIPS 180-4, section 5.3.3).
const START: State = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// Fewer streams at once are done one after the other: a pass over all lanes takes as long as two and a half of one.
const LANES_MIN: usize = 3;

/// A running SHA-256. Its memory does not depend on how much it is fed.
#[derive(Clone, Debug)]
pub struct Hasher {
    state: State,
    /// The bytes that do not fill a block yet, at its beginning.
    rest: Block,
    bytes: u64,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            state: START,
            rest: [0; BLOCK_BYTES],
            bytes: 0,
        }
    }
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let blocks = self.take_around_blocks(bytes);
        Scalar.one(&mut self.state, blocks);
    }

    /// The digest of all bytes taken.
    pub fn finish(mut self) -> Digest {
        // FIPS 180-4, section 5.1.1: a bit, zeros, and how many bits there were.
        let bits = self.bytes.wrapping_mul(8);
        let filled = self.filled();
        let zeros = (2 * BLOCK_BYTES - filled - 9) % BLOCK_BYTES;
        let mut end = [0; 2 * BLOCK_BYTES];
        if let Some((first, rest)) = end.split_first_mut() {
            *first = 0x80;
            if let Some(length) = rest.get_mut(zeros..zeros + 8) {
                length.copy_from_slice(&bits.to_be_bytes());
            }
        }
        self.update(end.get(..zeros + 9).unwrap_or_default());
        let mut digest = [0; 32];
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(self.state) {
            *bytes = word.to_be_bytes();
        }
        Digest(digest)
    }

    fn filled(&self) -> usize {
        (self.bytes % BLOCK_BYTES as u64) as usize
    }

    /// Takes bytes but for whole blocks, which it gives back: to be taken before anything else.
    fn take_around_blocks<'a>(&mut self, bytes: &'a [u8]) -> &'a [Block] {
        let filled = self.filled();
        self.bytes = self.bytes.wrapping_add(bytes.len() as u64);
        let mut bytes = bytes;
        if filled > 0 {
            let free = self.rest.get_mut(filled..).unwrap_or_default();
            let (now, later) = bytes.split_at(free.len().min(bytes.len()));
            let is_full = now.len() == free.len();
            free.iter_mut().zip(now).for_each(|(to, from)| *to = *from);
            if !is_full {
                return &[];
            }
            Scalar.one(&mut self.state, &[self.rest]);
            bytes = later;
        }
        let (blocks, rest) = bytes.as_chunks();
        self.rest.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        blocks
    }
}

/// Each of these streams takes its next bytes, as many streams at once as the kernel has lanes.
///
/// The longest go first, and a lane that is through is filled again, so that few are left at the end.
pub fn update_all<'a>(kernel: &dyn Kernel, streams: impl IntoIterator<Item = (&'a mut Hasher, &'a [u8])>) {
    let mut waiting: Vec<(&mut State, &[Block])> = Vec::new();
    for (hasher, bytes) in streams {
        let blocks = hasher.take_around_blocks(bytes);
        if !blocks.is_empty() {
            waiting.push((&mut hasher.state, blocks));
        }
    }
    // Taken from the end.
    waiting.sort_by_key(|(_, blocks)| blocks.len());
    let mut lanes: Vec<(&mut State, &[Block])> = Vec::with_capacity(LANES);
    loop {
        lanes.extend(waiting.drain(waiting.len().saturating_sub(LANES - lanes.len())..));
        if lanes.len() < LANES_MIN {
            break;
        }
        let common = lanes.iter().map(|(_, blocks)| blocks.len()).min().unwrap_or(0);
        // An empty lane does what the first one does, for nothing.
        let mut states = [START; LANES];
        let mut parts: [&[Block]; LANES] = [&[]; LANES];
        for (at, (state, part)) in states.iter_mut().zip(&mut parts).enumerate() {
            if let Some((from, blocks)) = lanes.get(at).or(lanes.first()) {
                *state = **from;
                *part = blocks.get(..common).unwrap_or_default();
            }
        }
        kernel.four(&mut states, parts);
        for ((to, blocks), state) in lanes.iter_mut().zip(states) {
            **to = state;
            *blocks = blocks.get(common..).unwrap_or_default();
        }
        lanes.retain(|(_, blocks)| !blocks.is_empty());
    }
    for (state, blocks) in lanes {
        kernel.one(state, blocks);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::Digest as _;

    use super::*;

    /// The oracle.
    fn by_sha2(bytes: &[u8]) -> Digest {
        Digest(sha2::Sha256::digest(bytes).into())
    }

    proptest! {
        #![proptest_config(crate::cases(256, 10_000))]

        #[test]
        fn pieces_and_streams_beside_it_do_not_matter(
            streams in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6), 0..9)
        ) {
            let mut hashers = vec![Hasher::new(); streams.len()];
            for piece in 0..6 {
                let parts = streams.iter().map(|pieces| pieces.get(piece).map(Vec::as_slice).unwrap_or_default());
                update_all(&Scalar, hashers.iter_mut().zip(parts));
            }
            for (hasher, pieces) in hashers.into_iter().zip(streams) {
                prop_assert_eq!(hasher.finish(), by_sha2(&pieces.concat()));
            }
        }
    }
}

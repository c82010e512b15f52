//! Changing files at random, in the ways that readers mind.

/// Random numbers, the same for the same seed and name: SplitMix64.
pub struct Random(u64);

impl Random {
    /// Of a seed, and something that it is for.
    pub fn new(seed: u64, name: &str) -> Self {
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(name.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, fold))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another one; 0 of 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Numbers at which something begins or ends.
const INTERESTING: &[u64] = &[
    0,
    1,
    2,
    4,
    7,
    8,
    16,
    31,
    32,
    63,
    64,
    100,
    127,
    128,
    255,
    256,
    1000,
    4096,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_fff0,
    0xffff_ffff,
    0x1_0000_0000,
    0x3fff_ffff_ffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_fff0,
    u64::MAX,
];

/// What text formats mind.
const TOKENS: &[&str] = &[
    "\"",
    "'",
    "\\",
    "\\u",
    "\\ud800",
    "\n",
    "\r\n",
    "\0",
    " ",
    ",",
    ":",
    "=",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "</",
    "/>",
    "<!--",
    "<![CDATA[",
    "&amp;",
    "&#0;",
    "-",
    "-1",
    "0",
    "1e999",
    "1e-999",
    "NaN",
    "null",
    "true",
    "None",
    "[[[[[[[[[[[[[[[[",
    "{\"\":",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "99999999999999999999999999999999",
    "0x10",
    "é",
    "\u{feff}",
    "cos\nsystem\n",
    "S'\\x'\n",
    "I01\n",
    "(lp0\n",
    "tR.",
    "%",
    "#",
];

/// Makes changed files out of seeds.
pub struct Mutator<'a> {
    random: Random,
    seeds: Vec<&'a [u8]>,
}

impl<'a> Mutator<'a> {
    /// Of these seeds.
    pub fn new(random: Random, seeds: Vec<&'a [u8]>) -> Self {
        Self { random, seeds }
    }

    /// The next changed file; gives which seed it was made of.
    pub fn next(&mut self, bytes: &mut Vec<u8>) -> usize {
        let place = self.random.below(self.seeds.len());
        bytes.clear();
        bytes.extend_from_slice(self.seeds[place]);
        let is_text = bytes
            .iter()
            .take(200)
            .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        // Mostly a few changes: with many of them a file is soon nothing at all.
        let most = 1 << self.random.below(4);
        let changes = 1 + self.random.below(most);
        for _ in 0..changes {
            match self.random.below(if is_text { 14 } else { 10 }) {
                0 => self.flip(bytes),
                1 | 2 => self.set_byte(bytes),
                3..=5 => self.set_number(bytes),
                6 => self.insert(bytes),
                7 => self.repeat(bytes),
                8 => self.remove(bytes),
                9 => self.splice(bytes),
                10 | 11 => self.put_token(bytes),
                12 => self.set_digits(bytes),
                _ => self.swap_lines(bytes),
            }
        }
        place
    }

    /// Headers stand at the beginning, or at the end.
    fn at(&mut self, bytes: &[u8]) -> usize {
        let near = bytes.len().min(1024);
        match self.random.below(4) {
            0 => self.random.below(bytes.len()),
            1 => bytes.len() - near + self.random.below(near),
            2 => self.random.below(near.min(64)),
            _ => self.random.below(near),
        }
    }

    fn flip(&mut self, bytes: &mut [u8]) {
        let (at, bit) = (self.at(bytes), self.random.below(8));
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << bit;
        }
    }

    fn set_byte(&mut self, bytes: &mut [u8]) {
        let at = self.at(bytes);
        let value = match self.random.below(3) {
            0 => self.random.next() as u8,
            _ => *self.random.pick(INTERESTING) as u8,
        };
        let add = self.random.below(4) == 0;
        if let Some(byte) = bytes.get_mut(at) {
            *byte = if add { byte.wrapping_add(value) } else { value };
        }
    }

    /// A number of two, four or eight bytes: a length, a count or a place, of the file or far beyond it.
    fn set_number(&mut self, bytes: &mut [u8]) {
        let at = self.at(bytes);
        let width = *self.random.pick(&[2, 4, 8]);
        let number = match self.random.below(6) {
            0 => (bytes.len() as u64)
                .wrapping_add(self.random.below(17) as u64)
                .wrapping_sub(8),
            1 => self.random.below(bytes.len()) as u64,
            2 => self.random.next() >> self.random.below(64),
            _ => *self.random.pick(INTERESTING),
        };
        let is_big_endian = self.random.below(4) == 0;
        if let Some(place) = bytes.get_mut(at..at + width) {
            match is_big_endian {
                true => place.copy_from_slice(&number.to_be_bytes()[8 - width..]),
                false => place.copy_from_slice(&number.to_le_bytes()[..width]),
            }
        }
    }

    fn insert(&mut self, bytes: &mut Vec<u8>) {
        let at = self.at(bytes);
        let count = 1 + self.random.below(16);
        let value = *self.random.pick(INTERESTING) as u8;
        bytes.splice(at..at, std::iter::repeat_n(value, count));
    }

    /// A piece stands there again, once or many times.
    fn repeat(&mut self, bytes: &mut Vec<u8>) {
        let at = self.at(bytes);
        let length = 1 + self.random.below(64);
        let piece = bytes[at..bytes.len().min(at + length)].to_vec();
        let times = *self.random.pick(&[1, 1, 2, 10, 60]);
        bytes.splice(at..at, piece.repeat(times));
    }

    fn remove(&mut self, bytes: &mut Vec<u8>) {
        let at = self.at(bytes);
        if self.random.below(4) == 0 {
            bytes.truncate(at);
        } else {
            let end = bytes.len().min(at + 1 + self.random.below(32));
            bytes.drain(at..end);
        }
    }

    /// A piece of another seed, or all that follows in it.
    fn splice(&mut self, bytes: &mut Vec<u8>) {
        let other = *self.random.pick(&self.seeds);
        let (at, from) = (self.at(bytes), self.at(other));
        if self.random.below(2) == 0 {
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        } else {
            let piece = &other[from..other.len().min(from + 1 + self.random.below(256))];
            let end = match self.random.below(2) {
                0 => at,
                _ => bytes.len().min(at + piece.len()),
            };
            bytes.splice(at..end, piece.iter().copied());
        }
    }

    fn put_token(&mut self, bytes: &mut Vec<u8>) {
        let at = self.at(bytes);
        let token = *self.random.pick(TOKENS);
        let times = *self.random.pick(&[1, 1, 1, 1, 1, 100]);
        let end = bytes.len().min(at + self.random.below(2) * token.len());
        bytes.splice(at..end, token.repeat(times).into_bytes());
    }

    /// A number in text is another one.
    fn set_digits(&mut self, bytes: &mut Vec<u8>) {
        let from = self.at(bytes);
        let Some(at) = bytes[from..].iter().position(u8::is_ascii_digit) else {
            return;
        };
        let at = from + at;
        let count = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = self.random.pick(INTERESTING).to_string();
        bytes.splice(at..at + count, number.into_bytes());
    }

    fn swap_lines(&mut self, bytes: &mut [u8]) {
        let separator = *self.random.pick(b"\n,: \"");
        let (first, second) = (self.at(bytes), self.at(bytes));
        let (first, second) = (first.min(second), first.max(second));
        let end_of = |from: usize| {
            bytes[from..]
                .iter()
                .position(|byte| *byte == separator)
                .map(|at| from + at)
        };
        if let (Some(end), Some(last)) = (end_of(first), end_of(second))
            && end <= second
        {
            let swapped = [&bytes[second..last], &bytes[end..second], &bytes[first..end]].concat();
            bytes[first..last].copy_from_slice(&swapped);
        }
    }
}

//! Four streams, each in a lane of every vector.

use core::arch::wasm32::{
    i8x16_shuffle, i32x4_add, i32x4_shl, i32x4_shuffle, i64x2_shuffle, u32x4_shr, v128, v128_and, v128_load,
    v128_load32_splat, v128_xor,
};
use core::ptr::{read_volatile, write_volatile};

use super::Workspace;

/// Rotations to the right by `$near`, `$near + $middle` and `$near + $middle + $far` bits, xored: all of the right
/// halves nested, and all of the left ones. A vector has no rotation.
macro_rules! big_sigma {
    ($x:expr, $near:expr, $middle:expr, $far:expr) => {{
        let x = $x;
        let right = v128_xor(u32x4_shr(v128_xor(u32x4_shr(x, $far), x), $middle), x);
        let left = v128_xor(i32x4_shl(v128_xor(i32x4_shl(x, $middle), x), $far), x);
        // The left half of the furthest rotation moves the least.
        let left = i32x4_shl(left, 32 - $near - $middle - $far);
        v128_xor(u32x4_shr(right, $near), left)
    }};
}

/// Two rotations and a shift to the right, xored.
macro_rules! sigma {
    ($x:expr, $rotate:expr, $further:expr, $shift:expr) => {{
        let x = $x;
        let one = v128_xor(u32x4_shr(x, $rotate), i32x4_shl(x, 32 - $rotate));
        let other = v128_xor(u32x4_shr(x, $further), i32x4_shl(x, 32 - $further));
        v128_xor(v128_xor(one, other), u32x4_shr(x, $shift))
    }};
}

/// One round in all lanes. `bc` is `b ^ c`, which was `a ^ b` of the round before.
macro_rules! round {
    ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident $bc:ident, $word:expr, $k:expr) => {
        let t1 = i32x4_add(i32x4_add($h, $word), v128_load32_splat($k));
        let t1 = i32x4_add(t1, v128_xor(v128_and(v128_xor($f, $g), $e), $g));
        let t1 = i32x4_add(t1, big_sigma!($e, 6, 5, 14));
        $d = i32x4_add($d, t1);
        let ab = v128_xor($a, $b);
        let t2 = v128_xor(v128_and($bc, ab), $b);
        $h = i32x4_add(i32x4_add(t1, t2), big_sigma!($a, 2, 11, 9));
        $bc = ab;
    };
}

/// Takes as many blocks of each of four streams into their states.
///
/// # Safety
///
/// `states` points to 8 times 4 words, those of one kind side by side; `streams` to the places of four streams of
/// `blocks_len` times 64 bytes; `workspace` to a [`Workspace`].
#[unsafe(no_mangle)]
#[allow(unused_assignments, reason = "of the last round, by the macro of all")]
pub unsafe extern "C" fn four(
    states: *mut v128,
    streams: *const [*const u8; 4],
    blocks_len: usize,
    workspace: *mut Workspace,
) {
    // SAFETY: nothing but what the caller vouches for is read or written.
    unsafe {
        let k = (&raw const (*workspace).k).cast::<u32>();
        let words = (&raw mut (*workspace).words).cast::<v128>();
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *states.cast::<[v128; 8]>();
        let streams = *streams;
        for block in 0..blocks_len {
            // Word by word, the lanes side by side.
            for quarter in 0..4 {
                let load = |stream: *const u8| {
                    let x = v128_load(stream.add(block * 64 + quarter * 16).cast::<v128>());
                    i8x16_shuffle::<3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12>(x, x)
                };
                let [r0, r1, r2, r3] = streams.map(load);
                let (low01, high01) = (i32x4_shuffle::<0, 4, 1, 5>(r0, r1), i32x4_shuffle::<2, 6, 3, 7>(r0, r1));
                let (low23, high23) = (i32x4_shuffle::<0, 4, 1, 5>(r2, r3), i32x4_shuffle::<2, 6, 3, 7>(r2, r3));
                let to = words.add(quarter * 4);
                write_volatile(to, i64x2_shuffle::<0, 2>(low01, low23));
                write_volatile(to.add(1), i64x2_shuffle::<1, 3>(low01, low23));
                write_volatile(to.add(2), i64x2_shuffle::<0, 2>(high01, high23));
                write_volatile(to.add(3), i64x2_shuffle::<1, 3>(high01, high23));
            }
            macro_rules! given {
                ($at:expr) => {
                    read_volatile(words.add($at % 16))
                };
            }
            macro_rules! next {
                ($at:expr) => {{
                    let near = i32x4_add(given!($at), sigma!(given!($at + 1), 7, 18, 3));
                    let far = i32x4_add(given!($at + 9), sigma!(given!($at + 14), 17, 19, 10));
                    let word = i32x4_add(near, far);
                    write_volatile(words.add($at), word);
                    word
                }};
            }
            let mut bc = v128_xor(b, c);
            macro_rules! eight {
                ($word:ident $at:expr, $k:expr) => {
                    round!(a b c d e f g h bc, $word!($at), $k.add($at));
                    round!(h a b c d e f g bc, $word!($at + 1), $k.add($at + 1));
                    round!(g h a b c d e f bc, $word!($at + 2), $k.add($at + 2));
                    round!(f g h a b c d e bc, $word!($at + 3), $k.add($at + 3));
                    round!(e f g h a b c d bc, $word!($at + 4), $k.add($at + 4));
                    round!(d e f g h a b c bc, $word!($at + 5), $k.add($at + 5));
                    round!(c d e f g h a b bc, $word!($at + 6), $k.add($at + 6));
                    round!(b c d e f g h a bc, $word!($at + 7), $k.add($at + 7));
                };
            }
            eight!(given 0, k);
            eight!(given 8, k);
            for sixteen in 1..4 {
                let k = k.add(sixteen * 16);
                eight!(next 0, k);
                eight!(next 8, k);
            }
            macro_rules! sum {
                ($($word:ident $at:expr),*) => {
                    $(
                        $word = i32x4_add($word, read_volatile(states.add($at)));
                        write_volatile(states.add($at), $word);
                    )*
                };
            }
            sum!(a 0, b 1, c 2, d 3, e 4, f 5, g 6, h 7);
        }
    }
}

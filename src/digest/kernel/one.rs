//! One stream: the schedule four words at a time, the rounds one by one.

use core::arch::wasm32::{
    i8x16, i8x16_swizzle, i32x4_add, i32x4_shl, i32x4_shuffle, i32x4_splat, u32x4_shr, u64x2_shr, v128, v128_load,
    v128_xor,
};
use core::ptr::{read_volatile, write_volatile};

use super::Workspace;

/// σ0 of four words (FIPS 180-4, equation 4.6). Both halves of the rotations are nested, which saves instructions.
#[inline(always)]
fn sigma0(x: v128) -> v128 {
    let right = u32x4_shr(v128_xor(u32x4_shr(v128_xor(u32x4_shr(x, 11), x), 4), x), 3);
    v128_xor(right, i32x4_shl(v128_xor(i32x4_shl(x, 11), x), 14))
}

/// σ1 (equation 4.7) of two words, each given twice: a shift of 64 bits then rotates, in the lower half.
#[inline(always)]
fn sigma1_of_doubled(x: v128) -> v128 {
    v128_xor(v128_xor(u64x2_shr(x, 17), u64x2_shr(x, 19)), u32x4_shr(x, 10))
}

/// The next four words of the schedule from the last sixteen.
#[inline(always)]
fn next(x0: v128, x1: v128, x2: v128, x3: v128) -> v128 {
    let nothing = i32x4_splat(0);
    let sum = i32x4_add(x0, sigma0(i32x4_shuffle::<1, 2, 3, 4>(x0, x1)));
    let sum = i32x4_add(sum, i32x4_shuffle::<1, 2, 3, 4>(x2, x3));
    let first = sigma1_of_doubled(i32x4_shuffle::<2, 2, 3, 3>(x3, x3));
    let sum = i32x4_add(sum, i32x4_shuffle::<0, 2, 4, 4>(first, nothing));
    let last = sigma1_of_doubled(i32x4_shuffle::<0, 0, 1, 1>(sum, sum));
    i32x4_add(sum, i32x4_shuffle::<4, 4, 0, 2>(last, nothing))
}

/// Σ1 (equation 4.5).
#[inline(always)]
fn big_sigma1(e: u32) -> u32 {
    e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25)
}

/// Σ0 (equation 4.4).
#[inline(always)]
fn big_sigma0(a: u32) -> u32 {
    a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22)
}

/// One round. `bc` is `b ^ c`, which was `a ^ b` of the round before.
macro_rules! round {
    ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident $bc:ident, $word:expr) => {
        let t1 = $h
            .wrapping_add($word)
            .wrapping_add((($f ^ $g) & $e) ^ $g)
            .wrapping_add(big_sigma1($e));
        $d = $d.wrapping_add(t1);
        let ab = $a ^ $b;
        $h = t1.wrapping_add(($bc & ab) ^ $b).wrapping_add(big_sigma0($a));
        $bc = ab;
    };
}

/// Takes whole blocks into a state.
///
/// # Safety
///
/// `state` points to 8 words, `blocks` to `blocks_len` times 64 bytes, `workspace` to a [`Workspace`].
#[unsafe(no_mangle)]
#[allow(unused_assignments, reason = "of the last round, by the macro of all")]
pub unsafe extern "C" fn one(state: *mut u32, blocks: *const u8, blocks_len: usize, workspace: *mut Workspace) {
    // SAFETY: nothing but what the caller vouches for is read or written.
    unsafe {
        let k = (&raw const (*workspace).k).cast::<v128>();
        let words = (&raw mut (*workspace).words).cast::<u32>();
        let pin = &raw mut (*workspace).pin;
        let turned = i8x16(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state.cast::<[u32; 8]>();
        for block in 0..blocks_len {
            let block = blocks.add(block * 64).cast::<v128>();
            macro_rules! put {
                ($at:expr, $x:expr, $k:expr) => {
                    write_volatile(
                        words.add($at).cast::<v128>(),
                        i32x4_add($x, v128_load(k.add($k / 4))),
                    )
                };
            }
            macro_rules! word {
                ($at:expr) => {
                    read_volatile(words.add($at))
                };
            }
            let mut bc = b ^ c;
            // Four rounds, after which the names stand for the other half of the state.
            macro_rules! rounds {
                ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $at:expr) => {
                    round!($a $b $c $d $e $f $g $h bc, word!($at));
                    round!($h $a $b $c $d $e $f $g bc, word!($at + 1));
                    write_volatile(pin, $g);
                    round!($g $h $a $b $c $d $e $f bc, word!($at + 2));
                    round!($f $g $h $a $b $c $d $e bc, word!($at + 3));
                    write_volatile(pin, $e);
                };
            }
            let load = |at| i8x16_swizzle(v128_load(block.add(at)), turned);
            let (mut x0, mut x1, mut x2, mut x3) = (load(0), load(1), load(2), load(3));
            put!(0, x0, 0);
            put!(4, x1, 4);
            put!(8, x2, 8);
            put!(12, x3, 12);
            macro_rules! sixteen {
                ($k:expr) => {
                    x0 = next(x0, x1, x2, x3);
                    rounds!(a b c d e f g h, 0);
                    put!(0, x0, $k);
                    x1 = next(x1, x2, x3, x0);
                    rounds!(e f g h a b c d, 4);
                    put!(4, x1, $k + 4);
                    x2 = next(x2, x3, x0, x1);
                    rounds!(a b c d e f g h, 8);
                    put!(8, x2, $k + 8);
                    x3 = next(x3, x0, x1, x2);
                    rounds!(e f g h a b c d, 12);
                    put!(12, x3, $k + 12);
                };
            }
            sixteen!(16);
            sixteen!(32);
            sixteen!(48);
            rounds!(a b c d e f g h, 0);
            rounds!(e f g h a b c d, 4);
            rounds!(a b c d e f g h, 8);
            rounds!(e f g h a b c d, 12);
            macro_rules! sum {
                ($($word:ident $at:expr),*) => {
                    $($word = $word.wrapping_add(*state.add($at)); *state.add($at) = $word;)*
                };
            }
            sum!(a 0, b 1, c 2, d 3, e 4, f 5, g 6, h 7);
        }
    }
}

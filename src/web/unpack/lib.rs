//! Unpacks the page's wasm, which is packed with LZMA: a quarter smaller than what browsers can unpack themselves.
//!
//! A small module beside the page, run once by its boot script and then dropped with its memory.
#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg(target_arch = "wasm32")]

extern crate alloc;

use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use lzma_rust2::{LzmaReader, Read};

const PAGE_BYTES: usize = 64 * 1024;

/// Gives memory and takes none back: all of it goes with the module.
struct Once;

#[global_allocator]
static ONCE: Once = Once;

/// Of the memory that is not given yet: where it begins and ends.
static FREE: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

// SAFETY: every block begins after the one before it, in memory that nothing else has.
unsafe impl GlobalAlloc for Once {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let [free, end] = &FREE;
        let mut at = free.load(Relaxed).next_multiple_of(layout.align());
        if at + layout.size() > end.load(Relaxed) {
            at = memory_size(0) * PAGE_BYTES;
            let pages = layout.size().div_ceil(PAGE_BYTES);
            if memory_grow(0, pages) == usize::MAX {
                return core::ptr::null_mut();
            }
            end.store(at + pages * PAGE_BYTES, Relaxed);
        }
        free.store(at + layout.size(), Relaxed);
        at as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

/// Room for so many packed bytes.
#[unsafe(no_mangle)]
pub extern "C" fn room(packed_len: usize) -> *mut u8 {
    Vec::<u8>::with_capacity(packed_len).leak().as_mut_ptr()
}

/// Unpacks a file of the .lzma format that lies at `packed`, and gives where so many bytes of it are then.
///
/// # Safety
///
/// `packed` was given by [`room`] for as many bytes, which are there by now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn unpack(packed: *const u8, packed_len: usize, len: usize) -> *const u8 {
    // SAFETY: the caller vouches for it.
    let packed = unsafe { core::slice::from_raw_parts(packed, packed_len) };
    let mut unpacked = alloc::vec![0; len];
    match LzmaReader::new_mem_limit(packed, u32::MAX, None).and_then(|mut reader| reader.read_exact(&mut unpacked)) {
        Ok(()) => unpacked.leak().as_ptr(),
        Err(_) => unreachable(),
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    unreachable()
}

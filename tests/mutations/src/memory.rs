//! What the allocations of a thread add up to.
#![allow(unsafe_code, reason = "an allocator is made of nothing else")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

thread_local! {
    static NOW: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

/// Begins anew: what is held now is the peak so far, and given.
pub fn reset_peak() -> usize {
    PEAK.set(NOW.get());
    NOW.get()
}

/// The most that was held since then.
pub fn peak() -> usize {
    PEAK.get()
}

fn add(bytes: usize) {
    NOW.set(NOW.get().wrapping_add(bytes));
    PEAK.set(PEAK.get().max(NOW.get()));
}

fn remove(bytes: usize) {
    // What one thread frees another may have taken.
    NOW.set(NOW.get().saturating_sub(bytes));
}

// SAFETY: the system's allocator does all of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        remove(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // While it is copied both are there.
        add(size);
        remove(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

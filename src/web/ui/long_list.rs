//! Lists of any length: drawn is what is on the screen, and a little more.
//!
//! Rows of a list that is long have one height, so that where a row is can be computed. A short list is
//! drawn whole, with rows as high as they need to be.

use std::ops::Range;

use leptos::prelude::*;

use super::super::js::Listener;

/// A list with more rows than this is long.
const SHORT: usize = 100;

/// How many rows beyond the screen's edges are drawn, so that there is something to scroll to.
const BEYOND: usize = 20;

/// The list as it is drawn now.
#[derive(Clone, Copy)]
pub struct LongList {
    /// The rows to draw, by their places.
    pub range: Memo<Range<usize>>,
    /// Whether the rows have one height.
    pub is_long: Memo<bool>,
    len: Memo<usize>,
    row_px: f64,
    top: NodeRef<leptos::html::Div>,
}

/// A list of so many rows. In a long one each is `row_px` high, as the style sheet has it.
pub fn long_list(len: Memo<usize>, row_px: f64) -> LongList {
    let top: NodeRef<leptos::html::Div> = NodeRef::new();
    let moved = RwSignal::new(());
    let window = window();
    let listeners =
        ["scroll", "resize"].map(|kind| Listener::new(&window, kind, move |_: web_sys::Event| moved.set(())));
    let listeners = StoredValue::new_local(listeners);
    on_cleanup(move || listeners.dispose());
    let is_long = Memo::new(move |_| len.get() > SHORT);
    let range = Memo::new(move |_| {
        moved.track();
        let len = len.get();
        if !is_long.get() {
            return 0..len;
        }
        let above_px = top
            .get()
            .map_or(0.0, |top| (-top.get_bounding_client_rect().top()).max(0.0));
        let height = leptos::prelude::window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64());
        let rows = (height.unwrap_or(1_000.0) / row_px) as usize + 2 * BEYOND;
        let start = ((above_px / row_px) as usize)
            .saturating_sub(BEYOND)
            .min(len.saturating_sub(rows));
        // In steps: a list that is drawn anew with every pixel would flicker.
        let start = start - start % BEYOND;
        start..len.min(start + rows + BEYOND)
    });
    LongList {
        range,
        is_long,
        len,
        row_px,
        top,
    }
}

impl LongList {
    /// Stands above the list: it says where the list begins, and is as high as the rows that are not drawn there.
    pub fn above(self) -> impl IntoView {
        let height = move || format!("{}px", self.range.get().start as f64 * self.row_px);
        view! {
            <div node_ref=self.top></div>
            <div class="not-drawn" style:height=height></div>
        }
    }

    /// Stands below the list, as high as the rows that are not drawn there.
    pub fn below(self) -> impl IntoView {
        let rows = move || self.len.get().saturating_sub(self.range.get().end);
        view! { <div class="not-drawn" style:height=move || format!("{}px", rows() as f64 * self.row_px)></div> }
    }
}

//! The browser's tab: what it says, and a picture that fills while files are hashed.

use leptos::prelude::*;

use super::page::Page;
use crate::app::words;

/// Keeps the tab as the page is.
pub fn follow(page: Page) {
    let title = page.memo(words::tab);
    Effect::new(move |_| document().set_title(&title.get()));
    let percent = page.memo(words::percent);
    Effect::new(move |_| {
        let icon = document().query_selector("link[rel=icon]").ok().flatten();
        if let Some(icon) = icon {
            // The name is one: it is not refused.
            let _ = icon.set_attribute("href", &picture(percent.get()));
        }
    });
}

/// A notebook; while there is work, filled from below as far as that is.
fn picture(percent: Option<u8>) -> String {
    let filled = percent.map_or(14.0, |percent| 14.0 * f64::from(percent) / 100.0);
    let top = 15.0 - filled;
    let ground = "%3Crect x='2' y='1' width='12' height='14' rx='2' fill='%238f9bc9'/%3E";
    let fill = format!("%3Crect x='2' y='{top:.1}' width='12' height='{filled:.1}' rx='2' fill='%233454d1'/%3E");
    let lines = "%3Cpath d='M5 5h6M5 8h6M5 11h3' stroke='white' stroke-width='1.4'/%3E";
    let ground = if percent.is_some() { ground } else { "" };
    format!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E{ground}{fill}{lines}%3C/svg%3E"
    )
}

//! Addresses: going from page to page, and what a person finds there.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::page::Page;
use super::{focus, ui};
use crate::app::Message;
use crate::app::route::Route;

/// The page that the address names.
pub fn here() -> Route {
    Route::parse(&window().location().hash().unwrap_or_default())
}

impl Page {
    /// Goes to another page, as a link would.
    pub fn go(self, route: &Route) {
        let _ = window().location().set_hash(&route.to_string());
    }

    /// Goes to another page; if the same page is shown with something else typed, in its place.
    pub fn turn_to(self, route: &Route) {
        match self.peek(|state| state.route.is_same_page(route)) {
            true => {
                drop(window().location().replace(&route.to_string()));
                // At once: the field that it is typed into shows what is known here, and more may be typed before
                // the browser tells of the address.
                self.send(Message::Navigated(route.clone()));
            }
            false => self.go(route),
        }
    }

    /// The person went to a page: they begin at its top, with its heading; who goes back finds it as it was left.
    pub(super) fn went_to(self, route: Route) {
        let is_other = self.peek(|state| !state.route.is_same_page(&route));
        self.send(Message::Navigated(route));
        let window = window();
        let is_new = window.history().is_ok_and(|history| {
            let is_new = history.state().is_ok_and(|state| state.is_null());
            // Marks the address as one that was seen. Fails only where there are too many calls.
            is_new && history.replace_state(&JsValue::TRUE, "").is_ok()
        });
        if is_other {
            request_animation_frame(move || {
                if is_new {
                    leptos::prelude::window().scroll_to_with_x_and_y(0.0, 0.0);
                }
                focus::go_to_heading(&document(), ui::navigation::CONTENT);
            });
        }
    }
}

//! The focus is never lost: it goes where the person went, and stays near what was taken away under it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, FocusEvent, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit};

use super::js::Listener;

/// Watches over the focus, for as long as it is kept.
pub struct Watch {
    _listener: Listener,
    observer: MutationObserver,
    _callback: Closure<dyn FnMut()>,
}

impl Watch {
    /// Begins to watch over everything in an element: if what is focused goes, the nearest around it that is still there
    /// gets the focus.
    pub fn over(root: &Element) -> Result<Self, JsValue> {
        // The focused element and all around it, from inside to outside.
        let around: Rc<RefCell<Vec<Element>>> = Rc::default();
        let seen = Rc::clone(&around);
        let listener = Listener::new(root, "focusin", move |event: FocusEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            *seen.borrow_mut() = std::iter::successors(target, |element| element.parent_element()).collect();
        });
        let document = root.owner_document().ok_or("an element without a document")?;
        let callback = Closure::new(move || {
            let is_lost = around.borrow().first().is_some_and(|focused| !focused.is_connected());
            if is_lost && has_none(&document) {
                let near = around.borrow().iter().find(|element| element.is_connected()).cloned();
                // To focus is to be told of it: the list is not held meanwhile.
                if let Some(near) = near.filter(|near| near.tag_name() != "BODY") {
                    focus(&near, true);
                }
            }
        });
        let observer = MutationObserver::new(callback.as_ref().unchecked_ref::<Function>())?;
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_subtree(true);
        observer.observe_with_options(root, &what)?;
        Ok(Self {
            _listener: listener,
            observer,
            _callback: callback,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The person went to another page: its heading gets the focus, unless they are typing.
pub fn go_to_heading(document: &Document, content: &str) {
    let typing = document.active_element().filter(|active| {
        let fields = "input:not([type=checkbox]), textarea, select, dialog *";
        active.matches(fields).unwrap_or(false)
    });
    let heading = document.query_selector(&format!("#{content} h1")).ok().flatten();
    if let Some(heading) = heading.filter(|_| typing.is_none()) {
        focus(&heading, true);
    }
}

/// Focuses an element by its id, if it is there.
pub fn by_id(id: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(element) = document.and_then(|document| document.get_element_by_id(id)) {
        on(&element);
    }
}

/// Focuses an element, and brings it into view.
pub fn on(element: &Element) {
    focus(element, false);
}

fn has_none(document: &Document) -> bool {
    document
        .active_element()
        .is_none_or(|active| active.tag_name() == "BODY")
}

/// Focuses an element, also one that a person could not tab to.
fn focus(element: &Element, stays_in_place: bool) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        if element.tab_index() < 0 {
            element.set_tab_index(-1);
        }
        let options = FocusOptions::new();
        options.set_prevent_scroll(stays_in_place);
        // Fails only for what cannot have the focus.
        let _ = element.focus_with_options(&options);
    }
}

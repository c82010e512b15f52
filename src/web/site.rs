//! The page beside its service worker, `www/sw.js`, where it is hosted so: it then opens without the server, and newer pages
//! wait to be taken.

use leptos::prelude::{WithValue as _, document, window};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, ServiceWorkerContainer, ServiceWorkerRegistration};

use super::js::Listener;
use super::page::Page;
use crate::app::Message;

/// What the names of kept pages begin with.
const KEPT: &str = "modelbook ";

impl Page {
    /// Has the page kept where that is possible. Anywhere else, as from a file, it does without.
    pub(super) async fn settle(self) {
        let Some(workers) = service_workers() else { return };
        let Ok(site) = JsFuture::from(workers.register("sw.js")).await else {
            return;
        };
        let heard = move |event: MessageEvent| match event.data().as_string().as_deref() {
            Some("taken") => drop(window().location().reload()),
            _ => wasm_bindgen_futures::spawn_local(self.look_for_newer_page()),
        };
        let heard = Listener::new(&workers, "message", heard);
        let site: ServiceWorkerRegistration = site.unchecked_into();
        self.0.with_value(|inner| {
            inner.listeners.borrow_mut().push(heard);
            inner.site.replace(Some(site));
        });
        // From a file the browser would refuse it, and say so.
        let _ = link_manifest();
        self.look_for_newer_page().await;
    }

    /// The oldest page that is kept is the one in use.
    async fn look_for_newer_page(self) {
        let Ok(caches) = window().caches() else { return };
        let Ok(names) = JsFuture::from(caches.keys()).await else {
            return;
        };
        let is_kept = |name: &JsValue| name.as_string().is_some_and(|name| name.starts_with(KEPT));
        if js_sys::Array::from(&names).iter().filter(is_kept).count() > 1 {
            self.send(Message::NewerPageWaits);
        }
    }

    /// The newest service worker lets go of the older pages, and has all tabs told.
    pub(super) async fn take_newer_page(self) {
        let site = self.0.with_value(|inner| inner.site.borrow().clone());
        let newest = site.and_then(|site| site.waiting().or_else(|| site.installing()).or_else(|| site.active()));
        if let Some(newest) = newest {
            // Fails only for a message that cannot be copied.
            let _ = newest.post_message(&JsValue::from("take"));
        }
    }
}

/// Where the browser keeps service workers for this page.
fn service_workers() -> Option<ServiceWorkerContainer> {
    let is_hosted = window()
        .location()
        .protocol()
        .is_ok_and(|protocol| protocol.starts_with("http"));
    let navigator = window().navigator();
    // Some private windows have none.
    let there = js_sys::Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false);
    (is_hosted && window().is_secure_context() && there).then(|| navigator.service_worker())
}

fn link_manifest() -> Result<(), JsValue> {
    let link = document().create_element("link")?;
    link.set_attribute("rel", "manifest")?;
    link.set_attribute("href", "manifest.webmanifest")?;
    if let Some(head) = document().head() {
        head.append_child(&link)?;
    }
    Ok(())
}

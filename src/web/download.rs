//! Giving the person a file.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// How long the content is kept for the browser to take it. Chromium reads it at the click; others may ask first.
const KEPT_MS: i32 = 60_000;

/// Offers a text as a download under this name.
pub fn offer(name: &str, text: &str) -> Result<(), JsValue> {
    let kind = match name.rsplit('.').next() {
        Some("csv") => "text/csv",
        _ => "image/svg+xml",
    };
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?;
    offer_blob(name, &blob)
}

/// Offers these bytes as a download under this name.
pub fn offer_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let document = window.document().ok_or(JsValue::UNDEFINED)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    let release = Closure::once_into_js(move || Url::revoke_object_url(&url));
    window.set_timeout_with_callback_and_timeout_and_arguments_0(release.unchecked_ref(), KEPT_MS)?;
    Ok(())
}

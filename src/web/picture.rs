//! Pictures as points: an SVG file drawn on a canvas.

use js_sys::{Promise, encode_uri_component};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

/// As sharp as it is on screens with twice as many points.
const SCALE: f64 = 2.0;

/// Browsers draw nothing on longer canvases (Safari: 16,384).
const SIDE_MAX: f64 = 16_000.0;

/// Nor on larger ones (Safari: 67 million points).
const POINTS_MAX: f64 = 60_000_000.0;

/// A PNG file of an SVG file of this size; of a very large one with fewer points.
pub async fn to_png(svg: &str, width: f64, height: f64) -> Result<Blob, JsValue> {
    // The content security policy lets pictures come from `data:` alone.
    let image = HtmlImageElement::new()?;
    image.set_src(&format!(
        "data:image/svg+xml,{}",
        String::from(encode_uri_component(svg))
    ));
    JsFuture::from(image.decode()).await?;
    let fits = SIDE_MAX / width.max(height).max(1.0);
    let scale = SCALE.min(fits).min((POINTS_MAX / (width * height).max(1.0)).sqrt());
    let (width, height) = ((width * scale).floor().max(1.0), (height * scale).floor().max(1.0));
    let document = web_sys::window().and_then(|window| window.document());
    let canvas = document.ok_or(JsValue::UNDEFINED)?.create_element("canvas")?;
    let canvas: HtmlCanvasElement = canvas.unchecked_into();
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = canvas.get_context("2d")?.ok_or("there is no canvas to draw on")?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    let blob = Promise::new(&mut |resolve, reject| {
        if let Err(thrown) = canvas.to_blob(&resolve) {
            // Fails only for a promise that is gone.
            let _ = reject.call1(&JsValue::UNDEFINED, &thrown);
        }
    });
    let blob = JsFuture::from(blob).await?;
    // A canvas without points gives none.
    blob.dyn_into().map_err(|_| "the canvas gave no picture".into())
}

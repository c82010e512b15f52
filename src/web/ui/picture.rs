//! Pictures as SVG in the page: each part that leads somewhere is a link with a name of its own.

use leptos::prelude::*;
use leptos::svg;

use crate::app::foreign::visible;
use crate::exchange::picture::{Ink, Item, Picture, Shape, px};

/// A picture, in the colours of the page's look.
pub fn picture(picture: Picture) -> impl IntoView {
    let (width, height) = (px(picture.width), px(picture.height));
    let view_box = format!("0 0 {width} {height}");
    view! {
        <svg class="picture" role="group" aria-label=picture.title width=width height=height viewBox=view_box>
            {picture.items.into_iter().map(item).collect_view()}
        </svg>
    }
}

fn item(item: Item) -> AnyView {
    let shapes: Vec<_> = item.shapes.into_iter().map(|(shape, ink)| drawn(shape, ink)).collect();
    let title = (!item.told.is_empty()).then(|| svg::title().child(visible(&item.told).into_owned()));
    match item.href {
        Some(href) => svg::a().attr("href", href).child((title, shapes)).into_any(),
        None => svg::g().child((title, shapes)).into_any(),
    }
}

fn drawn(shape: Shape, ink: Ink) -> AnyView {
    let class = match ink.colour() {
        Some(number) => format!("{} colour-{number}", ink.class()),
        None => ink.class().to_owned(),
    };
    match shape {
        Shape::Path(path) => svg::path().attr("class", class).attr("d", path).into_any(),
        Shape::Dashed(path, dashes) => {
            let path = svg::path().attr("class", class).attr("d", path);
            path.attr("stroke-dasharray", dashes).into_any()
        }
        Shape::Rect(x, y, width, height) => {
            let rect = svg::rect().attr("class", class).attr("x", px(x)).attr("y", px(y));
            let rect = rect.attr("width", px(width)).attr("height", px(height));
            rect.attr("rx", "3").into_any()
        }
        Shape::Text(x, y, anchor, text) => {
            let drawn = svg::text().attr("class", class).attr("x", px(x)).attr("y", px(y));
            drawn
                .attr("text-anchor", anchor.word())
                .child(visible(&text).into_owned())
                .into_any()
        }
    }
}

//! Pictures of lines, boxes and texts, and their SVG files.
//!
//! The page draws a picture with the classes of its style sheet, in the colours of its light or dark look. A file has
//! everything in it: light colours on white, no style sheet, no script, no address.

use std::fmt::Write as _;

/// A picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// What it shows.
    pub title: String,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
    /// What is drawn, one over the other.
    pub items: Vec<Item>,
}

/// A part of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// What it says of itself; may be empty.
    pub told: String,
    /// Where it leads on the page.
    pub href: Option<String>,
    /// What it is drawn of.
    pub shapes: Vec<(Shape, Ink)>,
}

/// Something drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A path, as SVG has it.
    Path(String),
    /// A line of dashes: a path, and the lengths of dashes and gaps.
    Dashed(String, &'static str),
    /// A rectangle: x, y, width, height.
    Rect(f64, f64, f64, f64),
    /// A text that begins, is centred or ends at a point of its base line.
    Text(f64, f64, Anchor, String),
}

/// Where a text is of its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// What something is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Lines behind everything.
    Grid,
    /// Texts.
    Text,
    /// Texts that stand out.
    Strong,
    /// Texts that stand back.
    Faint,
    /// A line, in one of the colours.
    Line(usize),
    /// What is filled with one of the colours.
    Mark(usize),
    /// A ring around what is best.
    Best,
    /// A part of a band, in one of two shades.
    Band(bool),
    /// A box.
    Box,
    /// A box of something else.
    Other,
    /// A box of what is not here.
    Elsewhere,
    /// What is only there to be pointed at.
    Hit,
}

/// The colours, light and dark, far enough from the ground for 4.5:1.
pub const COLOURS: [(&str, &str); 8] = [
    ("#3049c0", "#9db0ff"),
    ("#a34a12", "#f2a56b"),
    ("#146c43", "#6fd6a2"),
    ("#8e3a9d", "#d99be6"),
    ("#a8123e", "#ff8fa8"),
    ("#00707f", "#6bd3e0"),
    ("#6b5b00", "#d6c65a"),
    ("#4a5568", "#b4bfd1"),
];

impl Ink {
    /// All inks but for the colours.
    pub const ALL: [Self; 12] = [
        Self::Grid,
        Self::Text,
        Self::Strong,
        Self::Faint,
        Self::Line(0),
        Self::Mark(0),
        Self::Best,
        Self::Band(false),
        Self::Band(true),
        Self::Box,
        Self::Other,
        Self::Elsewhere,
    ];

    /// Its class in the page's style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Grid => "ink-grid",
            Self::Text => "ink-text",
            Self::Strong => "ink-strong",
            Self::Faint => "ink-faint",
            Self::Line(_) => "ink-line",
            Self::Mark(_) => "ink-mark",
            Self::Best => "ink-best",
            Self::Band(false) => "ink-band",
            Self::Band(true) => "ink-band-too",
            Self::Box => "ink-box",
            Self::Other => "ink-other",
            Self::Elsewhere => "ink-elsewhere",
            Self::Hit => "ink-hit",
        }
    }

    /// The number of its colour, where it has one.
    pub fn colour(self) -> Option<usize> {
        match self {
            Self::Line(number) | Self::Mark(number) => Some(number % COLOURS.len()),
            _ => None,
        }
    }

    /// What it is in a file.
    fn attributes(self) -> String {
        let colour = self.colour().and_then(|number| COLOURS.get(number));
        let colour = colour.map_or("#000000", |(light, _)| light);
        match self {
            Self::Grid => r##"fill="none" stroke="#dde1e8""##.to_owned(),
            Self::Text => r##"fill="#1b1f27" font-size="12""##.to_owned(),
            Self::Strong => r##"fill="#1b1f27" font-size="13" font-weight="600""##.to_owned(),
            Self::Faint => r##"fill="#596273" font-size="12""##.to_owned(),
            Self::Line(_) => format!(r#"fill="none" stroke="{colour}" stroke-width="1.8""#),
            Self::Mark(_) => format!(r##"fill="{colour}" stroke="#ffffff""##),
            Self::Best => r##"fill="none" stroke="#146c43" stroke-width="2""##.to_owned(),
            Self::Band(false) => r##"fill="#d3daf6" stroke="#3049c0""##.to_owned(),
            Self::Band(true) => r##"fill="#eef1fc" stroke="#3049c0""##.to_owned(),
            Self::Box => r##"fill="#ffffff" stroke="#3049c0" stroke-width="1.5""##.to_owned(),
            Self::Other => r##"fill="#f1f3f7" stroke="#596273""##.to_owned(),
            Self::Elsewhere => r##"fill="#ffffff" stroke="#596273" stroke-dasharray="5 3""##.to_owned(),
            Self::Hit => String::new(),
        }
    }
}

impl Anchor {
    /// As SVG has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

impl Item {
    /// Something that says nothing of itself and leads nowhere.
    pub fn plain(shape: Shape, ink: Ink) -> Self {
        Self {
            shapes: vec![(shape, ink)],
            ..Self::default()
        }
    }
}

/// A length, as short as it is exact enough.
pub fn px(length: f64) -> String {
    let rounded = (length * 10.0).round() / 10.0;
    // Not "-0".
    (rounded + 0.0).to_string()
}

impl Picture {
    /// As a file.
    pub fn to_svg(&self) -> String {
        let (width, height) = (px(self.width), px(self.height));
        let mut svg = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        // Writing to a text does not fail.
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\">\n<title>{}</title>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
            escaped(&self.title)
        );
        for item in &self.items {
            let shapes = item.shapes.iter().filter(|(_, ink)| *ink != Ink::Hit);
            let is_told = !item.told.is_empty();
            if is_told {
                let _ = write!(svg, "<g><title>{}</title>", escaped(&item.told));
            }
            for (shape, ink) in shapes {
                shape.write(*ink, &mut svg);
            }
            svg.push_str(if is_told { "</g>\n" } else { "\n" });
        }
        svg.push_str("</svg>\n");
        svg
    }
}

impl Shape {
    fn write(&self, ink: Ink, svg: &mut String) {
        let ink = ink.attributes();
        let _ = match self {
            Self::Path(path) => write!(svg, "<path d=\"{path}\" {ink}/>"),
            Self::Dashed(path, dashes) => write!(svg, "<path d=\"{path}\" {ink} stroke-dasharray=\"{dashes}\"/>"),
            Self::Rect(x, y, width, height) => {
                let [x, y, width, height] = [x, y, width, height].map(|length| px(*length));
                write!(
                    svg,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"3\" {ink}/>"
                )
            }
            Self::Text(x, y, anchor, text) => write!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"{}\" {ink}>{}</text>",
                px(*x),
                px(*y),
                anchor.word(),
                escaped(text)
            ),
        };
    }
}

/// A text as XML 1.0 has it: what it cannot have at all is left out.
fn escaped(text: &str) -> String {
    let plain = text.chars().filter_map(|character| match character {
        '\t' | '\n' | '\r' => Some(' '),
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => None,
        other => Some(other),
    });
    quick_xml::escape::escape(plain.collect::<String>()).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    #[test]
    fn a_file_is_whole_whatever_the_texts_are() {
        let texts = [
            "plain",
            "</text><script>alert(1)</script>",
            "a & b \" ' ]]>",
            "\u{0}\u{8}\u{b}\u{1b}\u{fffe}",
            "\u{202e}ltr 漢字 🦀",
        ];
        let mut picture = Picture {
            title: texts.concat(),
            width: 100.0,
            height: 50.04,
            items: Vec::new(),
        };
        for (text, ink) in texts.iter().cycle().zip(Ink::ALL.into_iter().chain([Ink::Hit])) {
            let shapes = [
                Shape::Text(1.0, 2.0, Anchor::Middle, (*text).to_owned()),
                Shape::Path("M0 0L1 1".to_owned()),
                Shape::Dashed("M0 0L1 1".to_owned(), "2 3"),
                Shape::Rect(0.0, -0.01, 3.1234, 4.0),
            ];
            picture.items.push(Item {
                told: (*text).to_owned(),
                href: Some("#/version/net@0".to_owned()),
                shapes: shapes.into_iter().map(|shape| (shape, ink)).collect(),
            });
        }
        let svg = picture.to_svg();
        let mut reader = Reader::from_str(&svg);
        let (mut elements, mut depth) = (Vec::new(), 0i32);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    depth += 1;
                    elements.push(start.name().as_ref().to_string());
                }
                Event::Empty(empty) => elements.push(empty.name().as_ref().to_string()),
                Event::End(_) => depth -= 1,
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        assert!(
            elements
                .iter()
                .all(|name| ["svg", "title", "rect", "g", "path", "text"].contains(&name.as_str()))
        );
        assert_eq!(elements.iter().filter(|name| *name == "text").count(), Ink::ALL.len());
        let is_allowed = |character: char| character >= ' ' && character != '\u{fffe}' || character == '\n';
        assert!(svg.chars().all(is_allowed), "what XML cannot have is left out");
        // Nothing leads out of it, the name of its own language apart.
        let rest = svg.replace("http://www.w3.org/2000/svg", "");
        for outside in ["http", "href", "url(", "@import", "style"] {
            assert!(!rest.contains(outside), "{outside}");
        }
        assert!(
            svg.contains("height=\"50\"") && svg.contains("y=\"0\" width=\"3.1\""),
            "{svg}"
        );
    }

    #[test]
    fn the_page_has_the_same_inks_and_colours() {
        let style = include_str!("../../www/style.css");
        for ink in Ink::ALL.into_iter().chain([Ink::Hit]) {
            assert!(style.contains(&format!(".{} ", ink.class())), "{}", ink.class());
        }
        for (number, (light, dark)) in COLOURS.iter().enumerate() {
            let token = format!("--colour-{number}: light-dark({light}, {dark});");
            assert!(style.contains(&token), "{token}");
            assert!(style.contains(&format!(".colour-{number} ")), "{number}");
        }
    }
}

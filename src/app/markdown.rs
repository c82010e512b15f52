//! Notes, from Markdown to elements that are safe to show.
//!
//! There is no HTML on the way: Markdown becomes steps, [`Step`], each opening one of the elements that are named here,
//! and the page makes these elements one by one. HTML in a note is text, and nothing in a note makes the browser fetch
//! anything.

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

/// One step of drawing a note. Every element that is opened is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An element begins: its name, and the one attribute that it may have.
    Open(&'static str, Option<(&'static str, String)>),
    /// The element that was opened last and is not closed yet ends.
    Close,
    /// Text.
    Text(String),
}

/// Deeper elements are drawn in those above them: a line of a thousand `>` is no thousand boxes.
const DEPTH_MAX: usize = 32;

/// Where a link may lead: outside, and only when it is clicked.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// The first words of a note as plain text on one line, at most so many characters.
pub fn first_words(markdown: &str, characters_max: usize) -> String {
    let mut words = String::new();
    for event in parse(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) => words.push(' '),
            _ => {}
        }
        // More than is shown is not looked at: a space may still be taken out.
        if words.len() > characters_max * 8 {
            break;
        }
    }
    let one_line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.char_indices().nth(characters_max) {
        Some((end, _)) => format!("{}…", one_line.get(..end).unwrap_or("")),
        None => one_line,
    }
}

/// The steps that draw a note.
pub fn steps(markdown: &str) -> Vec<Step> {
    let mut drawing = Drawing::default();
    for event in parse(markdown) {
        drawing.take(event);
    }
    drawing.steps
}

/// CommonMark with tables and strikethrough.
fn parse(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

#[derive(Default)]
struct Drawing {
    steps: Vec<Step>,
    depth: usize,
    in_table_head: bool,
}

impl Drawing {
    fn open(&mut self, name: &'static str, attribute: Option<(&'static str, String)>) {
        self.depth += 1;
        if self.depth <= DEPTH_MAX {
            self.steps.push(Step::Open(name, attribute));
        }
    }

    fn close(&mut self) {
        if self.depth <= DEPTH_MAX {
            self.steps.push(Step::Close);
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn leaf(&mut self, name: &'static str) {
        self.open(name, None);
        self.close();
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Code(text) => {
                self.open("code", None);
                self.steps.push(Step::Text(text.into_string()));
                self.close();
            }
            // What is not asked for in `parse` does not come.
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.steps.push(Step::Text(text.into_string())),
            Event::SoftBreak => self.steps.push(Step::Text("\n".to_owned())),
            Event::HardBreak => self.leaf("br"),
            Event::Rule => self.leaf("hr"),
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Link {
                link_type: LinkType::Email,
                dest_url,
                ..
            } => self.open("a", Some(("href", format!("mailto:{dest_url}")))),
            Tag::Link { dest_url, .. } => {
                let begins = |scheme: &&str| {
                    let start = dest_url.get(..scheme.len());
                    start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
                };
                let is_outside = SCHEMES.iter().any(begins);
                self.open("a", is_outside.then(|| ("href", dest_url.into_string())));
            }
            Tag::List(Some(first)) => self.open("ol", Some(("start", first.to_string()))),
            Tag::Table(_) => self.open("table", None),
            Tag::TableHead => {
                self.in_table_head = true;
                self.open("thead", None);
                self.open("tr", None);
            }
            Tag::CodeBlock(_) => {
                self.open("pre", None);
                self.open("code", None);
            }
            Tag::List(None) => self.open("ul", None),
            Tag::Item => self.open("li", None),
            Tag::TableRow => self.open("tr", None),
            Tag::TableCell => self.open(if self.in_table_head { "th" } else { "td" }, None),
            Tag::Heading { level, .. } => self.open(heading(level), None),
            Tag::BlockQuote(_) => self.open("blockquote", None),
            Tag::Emphasis => self.open("em", None),
            Tag::Strong => self.open("strong", None),
            Tag::Strikethrough => self.open("del", None),
            // A picture would be fetched, and would tell that the note was read: its words stand there instead.
            Tag::Image { .. } => self.open("span", None),
            _ => self.open("p", None),
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::TableHead => {
                self.in_table_head = false;
                self.close();
                self.close();
                self.open("tbody", None);
            }
            TagEnd::Table | TagEnd::CodeBlock => {
                self.close();
                self.close();
            }
            _ => self.close(),
        }
    }
}

fn heading(level: HeadingLevel) -> &'static str {
    // The page's own headings stand above.
    match level {
        HeadingLevel::H1 => "h3",
        HeadingLevel::H2 => "h4",
        HeadingLevel::H3 => "h5",
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => "h6",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The steps as a text: `<p|plain>`.
    fn told(markdown: &str) -> String {
        let mut told = String::new();
        let mut open = 0usize;
        for step in steps(markdown) {
            match step {
                Step::Open(name, attribute) => {
                    open += 1;
                    let attribute = attribute.map(|(name, value)| format!(" {name}={value}"));
                    told.push_str(&format!("<{name}{}|", attribute.unwrap_or_default()));
                }
                Step::Close => {
                    open = open.checked_sub(1).unwrap();
                    told.push('>');
                }
                Step::Text(text) => told.push_str(&text),
            }
        }
        assert_eq!(open, 0, "{markdown}");
        told
    }

    #[test]
    fn what_markdown_makes() {
        for (markdown, expected) in [
            ("plain", "<p|plain>"),
            ("**F1** 0.91 `v3`", "<p|<strong|F1> 0.91 <code|v3>>"),
            ("- a\n- b", "<ul|<li|a><li|b>>"),
            ("3. a", "<ol start=3|<li|a>>"),
            ("~~old~~ *new*", "<p|<del|old> <em|new>>"),
            ("# Title\n\n> said", "<h3|Title><blockquote|<p|said>>"),
            ("```py\nx < 1\n```", "<pre|<code|x < 1\n>>"),
            ("a  \nb\nc\n\n---", "<p|a<br|>b\nc><hr|>"),
            (
                "|a|b|\n|-|-|\n|1|2|",
                "<table|<thead|<tr|<th|a><th|b>>><tbody|<tr|<td|1><td|2>>>>",
            ),
            ("[run](https://example.org/1)", "<p|<a href=https://example.org/1|run>>"),
            (
                "<mail@example.org>",
                "<p|<a href=mailto:mail@example.org|mail@example.org>>",
            ),
            (
                "[run](HTTPS://example.org \"t\")",
                "<p|<a href=HTTPS://example.org|run>>",
            ),
        ] {
            assert_eq!(told(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn what_would_run_or_fetch_is_text() {
        for (markdown, expected) in [
            ("<script>alert(1)</script>", "<p|<script>alert(1)</script>>"),
            ("a <img src=x onerror=alert(1)>", "<p|a <img src=x onerror=alert(1)>>"),
            ("![t](https://example.org/track.png)", "<p|<span|t>>"),
            ("[x](javascript:alert(1))", "<p|<a|x>>"),
            ("[x](JaVaScRiPt:alert(1))", "<p|<a|x>>"),
            ("[x](<java\tscript:alert(1)>)", "<p|<a|x>>"),
            ("[x](data:text/html,alert)", "<p|<a|x>>"),
            ("[x](vbscript:alert)", "<p|<a|x>>"),
            ("[x](//example.org)", "<p|<a|x>>"),
            ("[x](/etc/passwd)", "<p|<a|x>>"),
            ("[x](https:example.org)", "<p|<a|x>>"),
        ] {
            assert_eq!(told(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn what_is_nested_deeply_is_drawn_flat() {
        for markdown in [
            format!("{}deep", ">".repeat(5_000)),
            format!("{}deep", "- ".repeat(5_000)),
            format!("{}deep{}", "*".repeat(500), "*".repeat(500)),
        ] {
            let steps = steps(&markdown);
            let mut depth = 0usize;
            for step in &steps {
                match step {
                    Step::Open(..) => depth += 1,
                    Step::Close => depth = depth.checked_sub(1).unwrap(),
                    Step::Text(_) => {}
                }
                assert!(depth <= DEPTH_MAX);
            }
            assert_eq!(depth, 0);
            assert!(steps.contains(&Step::Text("deep".to_owned())));
        }
    }

    #[test]
    fn first_words_are_plain_text_on_one_line() {
        for (markdown, words) in [
            ("Trained on **MNIST**, `seed` 8.", "Trained on MNIST, seed 8."),
            ("# Title\n\n- one\n- two", "Title one two"),
            ("", ""),
            ("a\nb  \nc", "a b c"),
            ("[link](http://a.example) <b>bold</b>", "link bold"),
            (&"äöü ".repeat(8), "äöü äöü äöü äöü äöü äöü ä…"),
        ] {
            assert_eq!(first_words(markdown, 25), words, "{markdown}");
        }
    }
}

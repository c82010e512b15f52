//! Notes, from Markdown to HTML that is safe to show.
//!
//! This is the one place where foreign text becomes HTML. What a note may contain is listed here;
//! whatever is not listed is taken out, and nothing in a note makes the browser fetch anything.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{Event, Options, Parser, TagEnd, html};

/// HTML that went through the sanitiser: made by [`render`] only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The elements that Markdown makes. No images: they would be fetched, and would tell that the note was read.
const TAGS: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

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

/// Renders a note.
pub fn render(markdown: &str) -> SafeHtml {
    let mut raw = String::new();
    html::push_html(&mut raw, parse(markdown));
    let clean = ammonia::Builder::empty()
        .tags(TAGS.iter().copied().collect())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .clean(&raw);
    SafeHtml(clean.to_string())
}

/// CommonMark with tables and strikethrough.
fn parse(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markdown_makes() {
        for (markdown, html) in [
            ("plain", "<p>plain</p>\n"),
            ("**F1** 0.91 `v3`", "<p><strong>F1</strong> 0.91 <code>v3</code></p>\n"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("~~old~~", "<p><del>old</del></p>\n"),
            (
                "[run](https://example.org/1)",
                "<p><a href=\"https://example.org/1\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">run</a></p>\n",
            ),
        ] {
            assert_eq!(render(markdown).as_str(), html, "{markdown}");
        }
    }

    #[test]
    fn what_runs_or_fetches_is_taken_out() {
        for markdown in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![t](https://example.org/track.png)",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](vbscript:alert(1))",
            "<svg onload=alert(1)>",
            "<a href=\"https://example.org\" onclick=alert(1) style=\"x\">x</a>",
            "<iframe src=https://example.org></iframe>",
            "<style>@import url(https://example.org)</style>",
            "<math><mtext></p><style><img src onerror=alert(1)>",
            "<form action=https://example.org><button>x</button></form>",
            "<base href=https://example.org><link rel=stylesheet href=x><meta http-equiv=refresh content=0>",
            "<p id=app class=x style=\"background:url(https://example.org)\">x",
        ] {
            let html = render(markdown).as_str().to_lowercase();
            for bad in [
                "<script", "<img", "<svg", "<iframe", "<style", "<form", "<base", "<link", "<meta", "<math",
            ] {
                assert!(!html.contains(bad), "{markdown}: {html}");
            }
            for bad in [
                "onerror=",
                "onclick=",
                "onload=",
                "javascript:",
                "vbscript:",
                "data:",
                "style=",
                "id=",
                "class=",
            ] {
                let inside_tag = html
                    .split('<')
                    .skip(1)
                    .any(|tag| tag.split('>').next().unwrap_or("").contains(bad));
                assert!(!inside_tag, "{markdown}: {html}");
            }
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

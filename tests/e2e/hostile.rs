//! Texts that want to be more than text: in every field, seen in every view, they stay text.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use modelbook::catalogue::changes::{Registration, add_note, register};
use modelbook::catalogue::properties::{Group, SINGLE};
use modelbook::catalogue::{Catalogue, FileFact, Holder, kind};
use modelbook::digest::Digest;
use modelbook::exchange::catalogue_file::write_with;
use modelbook::journal::{Change, Journal, Pen, RecordRef, Timestamp, Value, WriterId};
use serde_json::json;

use crate::devtools::Page;
use crate::support::{Desk, fixture};

const TEXTS: [&str; 21] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\"><svg onload=alert(3)>",
    "'><body onload=alert(4)>",
    "</style><script>alert(5)</script>",
    "</script><script>alert(6)</script>",
    "--><script>alert(7)</script><!--",
    "</textarea><img src=x onerror=alert(8)>",
    "</title><img src=x onerror=alert(9)>",
    "<iframe srcdoc='<script>parent.alert(10)</script>'></iframe>",
    "<a href=javascript:alert(11)>x</a>",
    "[x](javascript:alert(12))",
    "![x](x\"onerror=\"alert(13))",
    "javascript:alert(14)",
    "data:text/html,<script>alert(15)</script>",
    "\" onfocus=alert(16) autofocus x=\"",
    "' onmouseover=alert(17) x='",
    "{{constructor.constructor('alert(18)')()}} ${alert(18)}",
    "<math><mtext><style><img title='</style><img src=x onerror=alert(19)>'>",
    "<form action=javascript:alert(20)><input type=submit autofocus>",
    // This one only hides.
    "gpj.\u{202e}exe\u{2066}\u{200b}\u{feff}\u{7}\u{9b}",
];

#[test]
fn hostile_texts_in_every_field_and_every_view_are_seen_as_text_and_do_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = folder.path().join("hostile.modelbook.json");
    let versions = write_catalogue(&catalogue);
    let mut page = Desk::new().open(None);
    page.before_load("window.alert = () => { window.pwned = 1 }; window.onmessage = window.alert");
    page.reload();

    page.drop_files(&[&catalogue]);
    page.wait_for_text("new entries");
    assert_inert(&mut page, "the preview");
    page.click("#import-confirm");
    page.wait_until_saved();

    // Files that say such things of themselves, and are called so.
    let files: Vec<_> = TEXTS
        .iter()
        .enumerate()
        .map(|(number, text)| write_file(folder.path(), number, text))
        .collect();
    let files: Vec<_> = files.iter().map(|file| file.as_path()).collect();
    page.drop_files(&files);
    page.wait_for_text("Register 21 new versions");
    assert_inert(&mut page, "dropped files");
    page.click(".register-all");
    page.wait_for_text("21 registered and saved");

    let ids = |route: &str, ids: &[String]| -> Vec<String> { ids.iter().map(|id| format!("#/{route}/{id}")).collect() };
    let models: Vec<_> = versions.iter().map(|(model, _)| model.clone()).collect();
    let of_versions: Vec<_> = versions.iter().map(|(_, version)| version.clone()).collect();
    let compared = format!("#/compare/{}", of_versions[of_versions.len() - 8..].join(","));
    let mut views = vec!["#/", "#/journal", "#/conflicts", "#/team", &compared]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    views.extend(
        [
            ids("model", &models),
            ids("version", &of_versions),
            ids("evolution", &models),
        ]
        .concat(),
    );
    for text in TEXTS {
        let encoded = page.evaluate(&format!("encodeURIComponent({})", json!(text)));
        let encoded = encoded.as_str().unwrap().to_owned();
        for route in ["model", "version", "compare", "evolution", "what", "search"] {
            views.push(format!("#/{route}/{encoded}"));
        }
        views.push(format!("#/evolution/{}?metric={encoded}&by={encoded}", models[0]));
        views.push(format!("#{text}"));
    }
    for view in views {
        page.evaluate(&format!("location.hash = {}", json!(view)));
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))");
        assert_inert(&mut page, &view);
    }

    // It is seen as what it is: a name, a note, what was typed.
    for ((model, version), text) in versions.iter().zip(TEXTS) {
        let seen = shown(text);
        page.evaluate(&format!("location.hash = '#/model/{model}'"));
        page.wait_for_text(&seen);
        page.evaluate(&format!("location.hash = '#/version/{version}'"));
        page.wait_for_text(&seen);
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)");
        assert_inert(&mut page, version);
        page.evaluate("location.hash = '#/settings'");
        page.fill("#author", text);
        page.wait_for("document.querySelector('.writes bdi')", "the name is shown");
        assert_inert(&mut page, "the name");
        page.evaluate(&format!("location.hash = '#/version/{version}'"));
        page.wait_for_text(&seen);
        page.click("#add-note");
        page.fill(".editor textarea", text);
        page.click(".save-note");
        page.wait_until_saved();
        assert_inert(&mut page, text);
        page.fill("#search", text);
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))");
        assert_inert(&mut page, text);
    }
    page.reload();
    assert_inert(&mut page, "the start");
    page.assert_no_trouble();
}

#[test]
fn a_name_that_looks_like_that_of_another_model_is_pointed_out() {
    let mut page = Desk::new().open(None);
    page.drop_files(&[&fixture("models/safetensors/tiny_cnn_v1_base.safetensors")]);
    page.wait_for_text("New.");
    page.fill(".model-name", "tiny cnn");
    page.click(".register-one");
    page.wait_for_text("Saved: tiny cnn v1");
    page.drop_files(&[&fixture("models/safetensors/unicode_names.safetensors")]);
    page.wait_for_text("New.");
    for (name, is_told) in [
        ("tinу_cnn", true),
        ("tiny cnn", false),
        ("Tiny-CΝN", true),
        ("tiny cnn 2", false),
    ] {
        page.fill(".model-name", name);
        let told = "document.body.innerText.includes('Easily taken for another model: tiny cnn')";
        page.wait_for(&format!("{told} === {is_told}"), name);
    }
    page.assert_no_trouble();
}

/// Nothing of a text ran or became part of the page, and nothing of it is hidden.
#[track_caller]
fn assert_inert(page: &mut Page, view: &str) {
    let found = page.evaluate(
        "(() => {
            const found = [], all = [...document.querySelectorAll('#app *')];
            if (window.pwned) found.push('it ran');
            for (const element of all) {
                if (element.matches('script, img, iframe, object, embed, style, math, [action]')) found.push(element.outerHTML);
                for (const { name, value } of element.attributes) {
                    if (/^on/.test(name) || /^\\s*(javascript|data|vbscript):/i.test(value) && /href|src|action/.test(name)) {
                        found.push(`${name}=${value}`);
                    }
                }
            }
            const hides = /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]/;
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            for (let text; (text = texts.nextNode());) {
                const { localName, className, id } = text.parentElement;
                if (localName !== 'script' && hides.test(text.data)) found.push(`hides: ${localName} ${className} ${id}`);
            }
            return found;
        })()",
    );
    assert_eq!(found, json!([]), "{view}");
}

/// A text as the page shows it.
fn shown(text: &str) -> String {
    modelbook::app::foreign::visible(text).into_owned()
}

/// A model file that says the text of itself wherever it can, and is called so as far as files can be.
fn write_file(folder: &Path, number: usize, text: &str) -> std::path::PathBuf {
    let tensor = json!({"dtype": "F32", "shape": [1], "data_offsets": [0, 4]});
    let header =
        json!({"__metadata__": {"format": "pt", "n": number.to_string(), text: text}, text: tensor}).to_string();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes().chain([0; 4]));
    let path = folder.join(format!("{}.safetensors", text.replace('/', "\u{2215}")));
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A catalogue with each text in every field. Gives the ids of models and versions.
fn write_catalogue(path: &Path) -> Vec<(String, String)> {
    let (mut journal, mut catalogue) = (Journal::default(), Catalogue::default());
    let mut inspections = BTreeMap::new();
    let mut ids = Vec::new();
    let write = |journal: &mut Journal, catalogue: &mut Catalogue, writer: u8, text: &str, changes: Vec<Change>| {
        let now = Timestamp::from_milliseconds(1_795_000_000_000);
        let mut pen = Pen::new(journal, WriterId::from_bytes([writer; 8]), text.to_owned(), now);
        for change in changes {
            let entry = Arc::new(pen.write(change, Some(text.to_owned())));
            catalogue.apply(&entry);
            journal.insert(entry);
        }
    };
    for (number, text) in TEXTS.into_iter().enumerate() {
        let file = |part: &str| FileFact {
            path: format!("{text}/{part}"),
            size_bytes: 1,
            sha256: Digest::of(format!("{number}{part}").as_bytes()),
        };
        let what = Registration {
            model_name: text.to_owned(),
            files: vec![file("a"), file("b")],
            label: text.to_owned(),
            note: text.to_owned(),
        };
        let registered = register(&catalogue, &what, &number.to_string()).unwrap();
        write(&mut journal, &mut catalogue, 1, text, registered.changes);
        let model = catalogue.model_named(text).unwrap().id.to_owned();
        let version = catalogue.versions_of(&model).next().unwrap().id.to_owned();
        let record = |kind: &str, id: &str| RecordRef {
            kind: kind.to_owned(),
            id: id.to_owned(),
        };
        let set = |record: RecordRef, field: String, value: Value| Change::Set {
            record,
            field,
            value: Some(value),
            replaces: Vec::new(),
        };
        let of_version = |field: String| set(record(kind::VERSION, &version), field, Value::from(text));
        let mut changes: Vec<_> = SINGLE.iter().map(|field| of_version((*field).to_owned())).collect();
        changes.extend(Group::ALL.iter().map(|(group, _)| of_version(group.field(text))));
        changes.push(set(
            record(kind::VERSION, &version),
            Group::Metric.field(&format!("{text}@x")),
            Value::from(number as u64),
        ));
        changes.push(of_version(text.to_owned()));
        let moved = catalogue
            .move_alias(&model, "production", &[Holder::whole(&version)])
            .unwrap();
        if let Change::Set { record, value, .. } = &moved {
            changes.push(set(record.clone(), format!("alias/{text}"), value.clone().unwrap()));
        }
        changes.push(moved);
        changes.extend(add_note(
            &catalogue,
            &record(kind::MODEL, &model),
            text,
            &format!("note {number}"),
        ));
        write(&mut journal, &mut catalogue, 1, text, changes);
        // What two set apart is a conflict.
        for writer in [2, 3] {
            let label = of_version("label".to_owned());
            write(
                &mut journal,
                &mut catalogue,
                writer,
                text,
                vec![
                    label,
                    set(record(kind::MODEL, &model), "name".to_owned(), Value::from(text)),
                ],
            );
        }
        let said = json!({"facts": {"format": text, "metadata": {text: text}, "warnings": [text]}, "read_by": text});
        inspections.insert(Digest::of(format!("{number}a").as_bytes()), said.to_string());
        ids.push((model, version));
    }
    let at = Timestamp::from_milliseconds(1_795_000_000_000);
    std::fs::write(path, write_with(&journal, &catalogue, inspections, at, TEXTS[0])).unwrap();
    ids
}

//! Every look of the page: without a violation of WCAG in any colour scheme and width, without scrolling sideways,
//! and as pictures when `cargo xtask screenshots` asks for them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use modelbook::catalogue::Catalogue;
use modelbook::exchange::catalogue_file::{self, Reading};
use modelbook::journal::{Journal, Pen, Timestamp, WriterId};

use crate::devtools::{Look, Page};
use crate::evolution::family_of;
use crate::storage::FULL;
use crate::support::{Desk, fixture};

/// Light, dark, and whether the system forces its colours.
pub const SCHEMES: [(&str, &str, bool); 3] = [
    ("light", "light", false),
    ("dark", "dark", false),
    ("forced", "light", true),
];

const WIDTHS: [u32; 3] = [320, 768, 1280];

/// How high the window is.
const HEIGHT: u32 = 900;

/// Of a page that is higher than this its beginning is drawn.
const HEIGHT_MAX: u32 = 6_000;

/// What axe-core is asked for: all of WCAG 2.2 AA that a program can see, and its best practices.
const AXE: &str = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
    .then(({violations}) => violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.target} ${node.html.slice(0, 200)} ${node.failureSummary}`)))";

/// A name, and how to get there from the one before.
pub type State = (&'static str, fn(&mut Page));

/// As a person meets them.
pub const STATES: &[State] = &[
    ("empty", |_| {}),
    ("sample", |page| {
        page.click("#sample");
        page.wait_for_text("sentiment-lora");
    }),
    ("sample-model", |page| {
        page.click("#models a.strong");
        page.wait_for_text("table 2");
    }),
    ("sample-evolution", |page| {
        page.click("#to-evolution");
        page.wait_for("document.querySelector('.figure svg')", "there are pictures");
    }),
    ("dropped", |page| {
        page.click("#sample-remove");
        page.drop_files(&[
            &fixture("models/safetensors/tiny_cnn_v1_base.safetensors"),
            &fixture("models/pytorch/tiny_cnn_state_dict.pt"),
            &fixture("models/hf/lora-adapter"),
        ]);
        page.wait_for_text("Register 3 new versions");
    }),
    ("registered", |page| {
        page.evaluate("location.hash = '#/settings'");
        page.fill("#author", "Ada Lovelace");
        page.click(".places a");
        page.click(".register-all");
        page.wait_for_text("3 registered and saved");
    }),
    ("hashing", |page| {
        page.click(".dismiss-all");
        let path = std::env::temp_dir().join(format!("modelbook-{}.bin", std::process::id()));
        std::fs::File::create(&path).unwrap().set_len(64 << 30).unwrap();
        page.drop_files(&[&path]);
        page.wait_for_text(" left");
        std::fs::remove_file(&path).unwrap();
    }),
    ("cancelled", |page| {
        page.click(".cancel");
        page.wait_for_text("Cancelled.");
    }),
    ("error", |page| {
        page.click(".dismiss");
        let path = std::env::temp_dir().join(format!("broken-{}.modelbook.json", std::process::id()));
        std::fs::write(&path, "{\"modelbook\": 1, \"journal\": [").unwrap();
        page.drop_files(&[&path]);
        page.wait_for("document.querySelector('.notice.error')", "it is refused");
        std::fs::remove_file(&path).unwrap();
    }),
    ("newer", |page| {
        page.click(".notice.error button");
        page.drop_files(&[&fixture("catalogues/from-newer.modelbook.json")]);
        page.wait_for_text("from a newer Modelbook");
    }),
    ("import", |page| {
        page.click("#import-cancel");
        page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
        page.wait_for("document.querySelector('#import-confirm')", "there is a preview");
    }),
    ("models", |page| {
        page.click("#import-confirm");
        page.wait_for_text("tiny CNN");
        page.wait_until_saved();
    }),
    ("model", |page| {
        page.evaluate("location.hash = '#/model/tiny-cnn'");
        page.wait_for_text("Versions");
    }),
    ("version", |page| {
        page.evaluate("location.hash = '#/version/tiny-cnn@9200527bd9e73f4a'");
        page.wait_for_text("seed 8");
    }),
    ("typing", |page| {
        page.click("#add-note");
        page.fill(".editor textarea", "Half a sentence");
    }),
    ("last-act", |page| {
        page.click(".save-note");
        page.wait_for_text("Half a sentence");
        page.click("#give-alias > summary");
        page.fill(".alias-name", "production");
        page.click(".alias-form button");
        page.wait_for("document.querySelector('#undo-last')", "it can be taken back");
    }),
    ("inspected", |page| {
        page.evaluate("location.hash = '#/search/tiny_cnn_v1_base'");
        page.click(".hits a[href*='version']");
        page.wait_for_text("Tensors");
    }),
    ("compare-none", |page| {
        page.click(".places a[href='#/compare']");
        page.wait_for_text("Choose two versions");
    }),
    ("compare", |page| {
        page.evaluate("location.hash = '#/'");
        page.wait_for(
            "document.querySelectorAll('#models td:nth-child(3) a').length > 1",
            "models are listed",
        );
        let versions = page.evaluate(
            "(() => { const links = [...document.querySelectorAll('#models td:nth-child(3) a')]; \
              return links.map((a) => a.hash.replace('#/version/', '')).slice(0, 2).join(','); })()",
        );
        page.evaluate(&format!("location.hash = '#/compare/' + {versions}"));
        page.wait_for("document.querySelector('#compare')", "they are compared");
    }),
    ("search", |page| {
        page.evaluate("location.hash = '#/search/tiny'");
        page.wait_for("document.querySelector('.hits li')", "there are hits");
    }),
    ("filter", |page| {
        page.evaluate("location.hash = '#/search/' + encodeURIComponent('status:draft')");
        page.wait_for("document.querySelector('#found tbody tr')", "versions are found");
        page.evaluate("document.querySelector('#filters').open = true");
    }),
    ("what", |page| {
        page.evaluate("location.hash = '#/what/9200527bd9e7'");
        page.wait_for_text("tiny CNN");
    }),
    ("conflicts", |page| {
        page.evaluate("location.hash = '#/conflicts'");
        page.wait_for_text("No conflicts: all");
    }),
    ("journal", |page| {
        page.evaluate("location.hash = '#/journal'");
        page.wait_for("document.querySelector('#acts li')", "there are acts");
    }),
    ("past", |page| {
        page.click("#as-of");
        page.wait_for_text("As of");
    }),
    ("team", |page| {
        page.click("#now");
        page.evaluate("location.hash = '#/team'");
        page.wait_for_text("Signed exports");
    }),
    ("settings", |page| {
        page.evaluate("location.hash = '#/settings'");
        page.wait_for_text("Where your catalogue is");
    }),
    ("palette", |page| {
        page.click("#palette-open");
        page.wait_for("document.querySelector('#palette[open] li')", "it lists");
    }),
    ("shortcuts", |page| {
        page.press("Escape");
        page.click("#shortcuts-open");
        page.wait_for("document.querySelector('#shortcuts[open]')", "it is open");
    }),
    ("editing", |page| {
        page.press("Escape");
        page.evaluate("location.hash = '#/version/tiny-cnn@9200527bd9e73f4a'");
        page.wait_for_text("seed 8");
        page.click("#quick > summary");
        page.fill("#quick-text", "accuracy@digits/test=0.97\nloss=0.12");
        page.click("#quick-add");
        page.wait_for("document.querySelector('[data-group=metric]')", "they are recorded");
        page.fill("#quick-text", "f1=0.9");
        page.click("#edit-record > summary");
        page.fill("#edit-record .license", "mit");
        page.click("#save-record");
        page.wait_for_text("mit");
        page.wait_until_saved();
    }),
    ("protected", |page| {
        page.evaluate("location.hash = '#/model/tiny-cnn'");
        page.click(".protect > summary");
        page.fill(".protection", "tested on last week's data\nnobody objects");
        page.click(".protect button[type=submit]");
        page.wait_until_saved();
        page.evaluate("location.hash = '#/version/tiny-cnn@9200527bd9e73f4a'");
        page.click(".checklist > summary");
        page.wait_for("document.querySelector('.checklist .approve')", "it can be approved");
    }),
    ("import-conflict", |page| {
        let path = std::env::temp_dir().join(format!("cleo-{}.modelbook.json", std::process::id()));
        std::fs::write(&path, set_apart()).unwrap();
        page.drop_files(&[&path]);
        page.wait_for_text("1 conflict");
        std::fs::remove_file(&path).unwrap();
    }),
    ("in-conflict", |page| {
        page.click("#import-confirm");
        page.wait_until_saved();
        page.evaluate("location.hash = '#/conflicts'");
        page.wait_for("document.querySelector('.conflict .keep')", "it can be decided");
    }),
    ("long", |page| {
        let path = std::env::temp_dir().join(format!("family-{}.modelbook.json", std::process::id()));
        std::fs::write(&path, family_of(120)).unwrap();
        page.drop_files(&[&path]);
        page.click("#import-confirm");
        page.wait_until_saved();
        std::fs::remove_file(&path).unwrap();
        page.evaluate("location.hash = '#/model/net'");
        page.wait_for("document.querySelector('.versions.long')", "its rows have one height");
    }),
    ("full", |page| {
        page.evaluate("location.hash = '#/'");
        page.evaluate(FULL);
        page.evaluate("window.full = true");
        page.is_used_by("Ada Lovelace of the Analytical Engine");
        page.evaluate("location.hash = '#/model/tiny-cnn'");
        page.click(".title .archive");
        page.wait_for_text("storage is full");
    }),
    ("no-storage", |page| {
        // While something is not saved, the page asks before it is left.
        page.evaluate("window.full = false");
        page.click("#storage-failure button");
        page.wait_until_saved();
        page.before_load("Object.defineProperty(window, 'indexedDB', {value: undefined})");
        page.evaluate("location.hash = '#/'");
        page.reload();
        page.wait_for_text("No storage");
    }),
];

/// A catalogue in which somebody gave a version another licence than the one it has in the states.
fn set_apart() -> String {
    let shared = std::fs::read(fixture("catalogues/two-writers.modelbook.json")).unwrap();
    let mut reading = Reading::new(&shared).unwrap();
    let (mut journal, mut catalogue) = (Journal::default(), Catalogue::default());
    let offers = reading.offers(usize::MAX).unwrap();
    for entry in offers.iter().filter_map(|offer| reading.check(offer)) {
        let entry = Arc::new(entry);
        catalogue.apply(&entry);
        journal.insert(entry);
    }
    let now = Timestamp::from_milliseconds(1_795_600_000_000);
    let mut pen = Pen::new(&journal, WriterId::from_bytes([3; 8]), "Cleo".to_owned(), now);
    let fields = vec![("license".to_owned(), Some("apache-2.0".into()))];
    for change in catalogue.set_properties("tiny-cnn@9200527bd9e73f4a", fields) {
        journal.insert(Arc::new(pen.write(change, None)));
    }
    catalogue_file::write(&journal, &catalogue, now, "Cleo")
}

#[test]
fn every_state_is_accessible_in_every_scheme_and_width() {
    let axe = std::env::var_os("MODELBOOK_AXE").expect("`cargo xtask test e2e` names axe-core");
    let axe = std::fs::read_to_string(axe).unwrap();
    let pictures = std::env::var_os("MODELBOOK_SCREENSHOTS").map(PathBuf::from);
    let mut page = Desk::new().open(None);
    let mut violations = Vec::new();
    let mut runs = 0;
    for (name, get_there) in STATES {
        look_as(&mut page, 1280, SCHEMES[0]);
        get_there(&mut page);
        page.assert_no_trouble();
        page.evaluate(&axe);
        for scheme in SCHEMES {
            for width in WIDTHS {
                look_as(&mut page, width, scheme);
                let place = format!("{name}, {}, {width}", scheme.0);
                let found = page.evaluate(AXE);
                let found = found.as_array().unwrap().iter().filter_map(|text| text.as_str());
                violations.extend(found.map(|text| format!("{place}: {text}")));
                let beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth");
                if beyond.as_i64() > Some(0) {
                    violations.push(format!("{place}: {beyond} px beyond the window's edge"));
                }
                runs += 1;
                if let Some(folder) = &pictures {
                    picture(
                        &mut page,
                        width,
                        scheme,
                        &folder.join(format!("{name}-{}-{width}.png", scheme.0)),
                    );
                }
            }
        }
    }
    println!(
        "axe-core: {} states, {runs} runs, {} violations",
        STATES.len(),
        violations.len()
    );
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// The page as it is at a width and in a colour scheme, drawn.
pub fn look_as(page: &mut Page, width: u32, scheme: (&str, &'static str, bool)) {
    look_as_high(page, (width, HEIGHT), scheme);
}

fn look_as_high(page: &mut Page, (width, height): (u32, u32), (_, scheme, is_forced): (&str, &'static str, bool)) {
    page.look_as(Some(Look {
        width,
        height,
        scheme,
        is_forced,
    }));
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))");
}

/// The whole page, also what is below the window: the window is as high as the page while it is drawn.
fn picture(page: &mut Page, width: u32, scheme: (&str, &'static str, bool), path: &Path) {
    page.evaluate("scrollTo(0, 0)");
    let height = page.evaluate("document.documentElement.scrollHeight").as_u64();
    let height = u32::try_from(height.unwrap_or_default()).unwrap_or_default();
    look_as_high(page, (width, height.clamp(HEIGHT, HEIGHT_MAX)), scheme);
    page.screenshot(path);
    look_as(page, width, scheme);
}

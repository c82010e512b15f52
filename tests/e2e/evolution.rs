//! How a model came to be what it is: metrics over versions, lineage, decisions.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use modelbook::catalogue::changes::{Registration, register};
use modelbook::catalogue::{Catalogue, FileFact, Holder};
use modelbook::digest::Digest;
use modelbook::exchange::catalogue_file;
use modelbook::journal::{Change, Journal, Pen, Timestamp, Value, WriterId};
use serde_json::json;

use crate::devtools::{Look, Page};
use crate::life::register_file;
use crate::support::{Desk, fixture};

/// Goes to a version's page from the model's: the first one is 1.
fn to_version(page: &mut Page, number: usize) {
    page.wait_for_text("Tick two versions");
    let link = format!("[...document.querySelectorAll('table.versions tbody a.strong')].at(-{number})");
    page.evaluate(&format!("{link}.click()"));
    page.wait_for_text("Check it without Modelbook");
}

fn to_model(page: &mut Page) {
    page.click(".crumbs a:last-child");
    page.wait_for_text("Tick two versions");
}

/// Adds properties of a group to the version that is shown.
fn add(page: &mut Page, group: &str, text: &str) {
    let is_open = page.evaluate("document.querySelector('#quick').open");
    if is_open != json!(true) {
        page.click("#quick > summary");
    }
    page.choose("#quick-group", group);
    page.fill("#quick-text", text);
    page.click("#quick-add");
    page.wait_until_saved();
}

/// Three versions of a net with metrics and parents; production went to the second, the third, and back.
fn a_model_with_a_past(page: &mut Page) {
    page.is_used_by("Ada");
    for name in [
        "tiny_cnn_v1_base",
        "tiny_cnn_v2_finetuned_head",
        "tiny_cnn_v5_renamed_pruned",
    ] {
        let path = fixture(&format!("models/safetensors/{name}.safetensors"));
        register_file(page, &path, "tiny");
    }
    page.click("#models tbody a.strong");
    for (number, metrics) in [
        (1, "acc@digits/test=0.91 ± 0.01 (n=500)\nacc@digits/val=0.94\nloss=0.31"),
        (2, "acc@digits/test=0.95 ± 0.01 (n=500)\nacc@digits/val=0.96\nloss=0.24"),
        (3, "acc@digits/test=0.93 ± 0.01 (n=500)\nloss=0.27"),
    ] {
        to_version(page, number);
        add(page, "metric", metrics);
        let id = page.evaluate("decodeURIComponent(location.hash.split('/').pop())");
        to_model(page);
        if number < 3 {
            to_version(page, number + 1);
            add(page, "parent", &format!("{} = finetune", id.as_str().unwrap()));
            if number == 1 {
                add(page, "parent", "org/base = merge");
            }
            to_model(page);
        }
    }
    for (number, reason) in [(2, "the first that works"), (3, "smaller")] {
        to_version(page, number);
        page.click("#give-alias > summary");
        page.fill("#give-alias .alias-name", "production");
        page.fill("#give-alias .reason", reason);
        page.click("#give-alias button[type=submit]");
        page.wait_for_text("production since");
        page.wait_until_saved();
        to_model(page);
    }
    page.click(".roll-back summary");
    page.fill(".roll-back .reason", "it fails at night");
    page.click(".roll-back button");
    page.wait_for_text("it fails at night");
    page.wait_until_saved();
}

/// Titles of all links in a figure.
fn links(page: &mut Page, section: &str) -> Vec<String> {
    let titles = page.evaluate(&format!(
        "[...document.querySelectorAll('{section} .picture a')].map(a => a.querySelector('title').textContent)"
    ));
    serde_json::from_value(titles).unwrap()
}

/// Takes pictures of the whole page, for people to look at, where that is asked for.
fn pictures(page: &mut Page, name: &str) {
    let Some(folder) = std::env::var_os("MODELBOOK_PICTURES") else {
        return;
    };
    for (width, scheme) in [(1280, "light"), (1280, "dark"), (400, "light"), (400, "dark")] {
        let mut look = Look {
            width,
            height: 1000,
            scheme,
            is_forced: false,
        };
        page.look_as(Some(look));
        page.evaluate("new Promise(done => setTimeout(done, 400))");
        let height = page.evaluate("document.documentElement.scrollHeight").as_u64().unwrap();
        look.height = height.min(4000) as u32;
        page.look_as(Some(look));
        page.evaluate("new Promise(done => setTimeout(done, 300))");
        page.screenshot(&Path::new(&folder).join(format!("{name}-{width}-{scheme}.png")));
    }
    page.look_as(None);
}

#[test]
fn i_see_how_my_model_came_to_be_what_it_is_and_take_the_pictures_along() {
    let desk = Desk::new();
    let mut page = desk.open(None);
    a_model_with_a_past(&mut page);
    page.click("#to-evolution");
    page.wait_for("document.querySelector('#metrics .picture')", "the metrics are drawn");
    assert_eq!(page.text("#versions-told"), "3 versions.");
    let told = links(&mut page, "#metrics");
    for expected in [
        "v2: acc@digits/test 0.95 (0.94 to 0.96, n = 500), best",
        "v2: acc@digits/val 0.96, best",
        "v3: loss 0.27",
    ] {
        assert!(told.iter().any(|told| told == expected), "{expected}: {told:?}");
    }
    let bands: Vec<_> = told.iter().filter(|told| told.starts_with("production")).collect();
    assert_eq!(bands.len(), 3, "{bands:?}");
    assert!(
        bands[2].contains("v2 held it") && bands[2].contains("it fails at night"),
        "{bands:?}"
    );
    let shown = "document.querySelector('#metrics .picture').textContent";
    assert!(page.evaluate(shown).as_str().unwrap().contains("less is better"));
    pictures(&mut page, "small");

    // One metric less, by date: the address says so, and the next day it leads there again.
    page.click("#keys input[name=loss]");
    page.wait_for(&format!("!{shown}.includes('less is better')"), "the loss is gone");
    page.choose("#axis", "date");
    page.wait_for(&format!("{shown}.includes('UTC')"), "it is by date");
    let address = page.evaluate("location.hash").as_str().unwrap().to_owned();
    assert!(address.contains("by=date") && !address.contains("loss"), "{address}");
    page.wait_until_saved();
    page.reload();
    page.wait_for(&format!("{shown}.includes('UTC')"), "it is by date again");
    assert_eq!(page.evaluate("document.querySelector('#axis').value"), "date");
    assert_eq!(
        page.evaluate("document.querySelector('#keys input[name=loss]').checked"),
        false
    );

    // The pictures as files: whole by themselves, and drawn.
    let svg = page.download(|page| page.click("#metrics .save-svg"));
    assert_eq!(svg.file_name().unwrap(), "tiny-metrics.svg");
    let svg = fs::read_to_string(svg).unwrap();
    assert!(svg.contains("v2: acc@digits/test 0.95") && !svg.contains("loss"));
    for outside in ["href", "<script", "url(", "var("] {
        assert!(!svg.contains(outside), "{outside}");
    }
    let png = page.download(|page| page.click("#metrics .save-png"));
    let (width, height) = png_size(&fs::read(&png).unwrap());
    assert_eq!(width, 2 * 960);
    assert!(height > 500);
    assert!(is_drawn(&mut page, &png), "points of several colours");
    let lineage = fs::read_to_string(page.download(|page| page.click("#lineage .save-svg"))).unwrap();
    assert!(lineage.contains("tiny v2: fine-tune of tiny v1"), "{lineage}");

    // The lineage, as a picture and as a table.
    let told = links(&mut page, "#lineage");
    assert!(
        told.contains(&"tiny v2: production, fine-tune, merge".to_owned()),
        "{told:?}"
    );
    page.click("#lineage-table > summary");
    let rows = page.texts("#lineage-table tbody tr");
    assert_eq!(rows.len(), 3);
    assert!(rows.contains(&"tiny v2\tmerge\torg/base".to_owned()), "{rows:?}");

    // What was decided, the last first, and of one kind.
    let decisions = page.texts("#decisions li");
    assert!(
        decisions[0].contains("production rolled back from v3 to v2"),
        "{decisions:?}"
    );
    assert!(decisions[0].contains("by Ada: it fails at night"), "{decisions:?}");
    assert_eq!(decisions.len(), 6);
    page.choose("#decisions-kind", "moved");
    page.wait_for("document.querySelectorAll('#decisions li').length == 3", "three moves");

    // A point leads to its version, with the mouse and with the keyboard.
    let best = "[...document.querySelectorAll('#metrics .picture a')].find(a => a.textContent.includes('best'))";
    page.evaluate(&format!("{best}.id = 'best'"));
    page.click("#best");
    page.wait_for_text("Check it without Modelbook");
    assert!(page.text("h1").contains("v2"));
    page.evaluate("history.back()");
    page.wait_for("document.querySelector('#metrics .picture a')", "it is drawn again");
    page.evaluate("document.querySelector('#lineage .picture a').focus()");
    page.press("Enter");
    page.wait_for_text("Check it without Modelbook");
    page.assert_no_trouble();
}

/// Width and height of a PNG file.
fn png_size(bytes: &[u8]) -> (u32, u32) {
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

/// Whether a picture has points of more than a few colours: text and lines, not white alone.
fn is_drawn(page: &mut Page, png: &Path) -> bool {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(fs::read(png).unwrap());
    let colours = page.evaluate(&format!(
        "(async () => {{ const image = new Image(); image.src = 'data:image/png;base64,{data}'; await image.decode();
           const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
           const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);
           const points = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
           return new Set(points).size; }})()"
    ));
    colours.as_u64().unwrap() > 20
}

#[test]
fn two_hundred_versions_with_their_parents_stay_readable() {
    let mut page = Desk::new().open(None);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.modelbook.json");
    fs::write(&path, family_of(200)).unwrap();
    page.drop_files(&[&path]);
    page.click("#import-confirm");
    page.wait_until_saved();
    page.evaluate("location.hash = '#/evolution/net'");
    page.wait_for("document.querySelector('#lineage .picture')", "the lineage is drawn");
    assert_eq!(page.text("#versions-told"), "200 versions.");
    assert_eq!(links(&mut page, "#metrics").len(), 400 + 10);
    assert_eq!(links(&mut page, "#lineage").len(), 200);
    // No box lies over another, and none is so far out that one would have to scroll sideways on a wide screen.
    let apart = "(() => { const boxes = [...document.querySelectorAll('#lineage .picture a rect')].map(r => r.getBoundingClientRect());
        return boxes.every((a, i) => boxes.slice(i + 1).every(b =>
            a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top)); })()";
    assert_eq!(page.evaluate(apart), true);
    let wide = page
        .evaluate("document.querySelector('#lineage .picture').clientWidth")
        .as_u64()
        .unwrap();
    println!("200 versions: the lineage is {wide} px wide");
    let room = page
        .evaluate("document.querySelector('#lineage .figure').clientWidth")
        .as_u64()
        .unwrap();
    assert!(wide <= room, "{wide} of {room}");
    assert_eq!(
        page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
        true
    );
    page.wait_for(
        "document.querySelector('#metrics .figure').scrollLeft > 0",
        "the newest versions are in sight",
    );
    pictures(&mut page, "many");
    page.assert_no_trouble();
}

/// A catalogue file of a model with so many versions: each has seven children, metrics, and every twentieth was in production.
pub fn family_of(versions: usize) -> String {
    let (mut journal, mut catalogue) = (Journal::default(), Catalogue::default());
    let mut ids: Vec<String> = Vec::new();
    let mut moment = 1_795_000_000_000;
    let mut write = |journal: &mut Journal, catalogue: &mut Catalogue, changes: Vec<Change>| {
        moment += 36_000_000;
        let writer = WriterId::from_bytes([1; 8]);
        let mut pen = Pen::new(journal, writer, "Ada".to_owned(), Timestamp::from_milliseconds(moment));
        for change in changes {
            let entry = Arc::new(pen.write(change, None));
            catalogue.apply(&entry);
            journal.insert(entry);
        }
    };
    for number in 0..versions {
        let what = Registration {
            model_name: "net".to_owned(),
            files: vec![FileFact {
                path: "net.bin".to_owned(),
                size_bytes: 1,
                sha256: Digest::of(number.to_string().as_bytes()),
            }],
            label: format!("v{}", number + 1),
            ..Registration::default()
        };
        let registered = register(&catalogue, &what, "").unwrap();
        write(&mut journal, &mut catalogue, registered.changes);
        let (id, place) = (registered.version, number as f64 + 1.0);
        let mut fields = vec![
            (
                "metric/acc@digits/test".to_owned(),
                Value::number(0.5 + place.ln() / 12.0),
            ),
            ("metric/loss".to_owned(), Value::number(2.0 / place.sqrt())),
        ];
        if number > 0 {
            let relation = ["finetune", "quantized", "merge"][number % 3];
            fields.push((format!("parent/{}", ids[(number - 1) / 7]), Some(relation.into())));
        }
        let changes = catalogue.set_properties(&id, fields);
        write(&mut journal, &mut catalogue, changes);
        if number % 20 == 7 {
            let change = catalogue
                .move_alias("net", "production", &[Holder::whole(&id)])
                .unwrap();
            write(&mut journal, &mut catalogue, vec![change]);
        }
        ids.push(id);
    }
    let now = journal.latest().unwrap().at();
    catalogue_file::write(&journal, &catalogue, now, "Ada")
}

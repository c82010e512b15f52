//! A catalogue of 100,000 versions, in many models and in one. Figures are printed; what is asserted is that all of it works.

use std::fs;

use modelbook::app::words::grouped;
use modelbook::exchange::{catalogue_file, envelope};

use crate::devtools::Page;
use crate::evolution::family_of;
use crate::large::{MEMORY, print_long_tasks, watch_long_tasks};
use crate::large_catalogue;
use crate::support::Desk;

/// How many versions; another number for a quick look.
fn versions() -> usize {
    let asked = std::env::var("MODELBOOK_VERSIONS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

#[test]
fn a_catalogue_of_100_000_versions_is_imported_browsed_searched_and_opened_again() {
    let versions = versions();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.modelbook.json");
    let (journal, catalogue) = large_catalogue::of_versions(versions);
    let now = journal.latest().unwrap().at();
    let text = catalogue_file::write(&journal, &catalogue, now, "bench");
    fs::write(&path, &text).unwrap();
    println!(
        "{versions} versions: {} entries, {:.1} MB",
        journal.len(),
        text.len() as f64 / 1e6
    );
    let bytes = text.len();
    drop((text, catalogue));

    let desk = Desk::new();
    let mut page = desk.open(None);
    watch_long_tasks(&mut page);
    let (start, cpu) = (std::time::Instant::now(), page.cpu_seconds());
    page.drop_files(&[&path]);
    page.wait_for("document.querySelector('#import-confirm')", "the preview is there");
    println!("read, checked and shown after {:.1} s", start.elapsed().as_secs_f64());
    print_long_tasks(&mut page, "reading it");
    watch_long_tasks(&mut page);
    let start = std::time::Instant::now();
    page.click("#import-confirm");
    page.wait_for(
        "document.querySelector('#saving').innerText === 'Saved' && !document.querySelector('.preview')",
        "it is saved",
    );
    println!("taken in and saved after {:.1} s", start.elapsed().as_secs_f64());
    print_long_tasks(&mut page, "taking it in");
    let memory = page.evaluate(MEMORY).as_u64().unwrap();
    println!("wasm memory of the page: {:.0} MB", memory as f64 / 1e6);
    println!("CPU of the page's process: {:.1} s", page.cpu_seconds() - cpu);
    browse(&mut page, versions);
    export(&mut page, bytes);
    println!("-- opened again, in the same browser");
    let start = std::time::Instant::now();
    page.evaluate("location.hash = '#/'");
    page.reload();
    page.wait_for("document.querySelector('#models tbody tr')", "models are listed");
    println!("first models listed after {:.2} s", start.elapsed().as_secs_f64());
    page.wait_until_saved();
    println!("all read after {:.2} s", start.elapsed().as_secs_f64());
    page.wait_for_text(&format!("{} in this browser", counted(journal.len(), "entries")));
    let start = std::time::Instant::now();
    page.drop_files(&[&path]);
    page.wait_for("document.querySelector('#import-confirm')", "the preview is there");
    println!("read again, nothing new, after {:.1} s", start.elapsed().as_secs_f64());
    assert!(page.text("#preview-new").starts_with("0 new"));
    page.click("#import-cancel");
    // A file that is being read can be left.
    page.drop_files(&[&path]);
    page.click("#import-stop");
    page.wait_for("!document.querySelector('.preview')", "it is left");
    page.assert_no_trouble();
}

/// Takes the catalogue along, after a first try that is left.
fn export(page: &mut Page, bytes: usize) {
    page.click("#export");
    page.wait_for_text("Writing the catalogue…");
    page.click("#export-stop");
    page.wait_for("!document.querySelector('#export-progress')", "it is left");
    watch_long_tasks(page);
    let start = std::time::Instant::now();
    let file = page.download(|page| page.click("#export"));
    println!("exported after {:.1} s", start.elapsed().as_secs_f64());
    print_long_tasks(page, "exporting");
    let plain = fs::read(file).unwrap();
    // But for who exported it.
    assert!(plain.len() + 100 >= bytes, "{} of {bytes}", plain.len());

    page.evaluate("location.hash = '#/team'");
    page.wait_for("document.querySelector('#export-signed')", "it can be signed");
    watch_long_tasks(page);
    let start = std::time::Instant::now();
    let file = page.download(|page| page.click("#export-signed"));
    println!("exported and signed after {:.1} s", start.elapsed().as_secs_f64());
    print_long_tasks(page, "exporting and signing");
    let signed = envelope::read(&fs::read_to_string(&file).unwrap()).unwrap();
    let without_date = |text: &[u8]| text.split(|byte| *byte == b'\n').skip(2).collect::<Vec<_>>().concat();
    assert!(without_date(&signed.payload) == without_date(&plain));
    page.drop_files(&[&file]);
    page.wait_for_text("Signed with your own key");
    page.click("#import-cancel");
}

fn counted(count: usize, what: &str) -> String {
    format!("{} {what}", grouped(count as u64))
}

/// Scrolls through a page, and prints how many frames were drawn.
fn scroll(page: &mut Page, what: &str) {
    scroll_in(page, what, "document.scrollingElement");
}

/// Scrolls through an element, its height every quarter of a second, and prints how many frames were drawn.
fn scroll_in(page: &mut Page, what: &str, element: &str) {
    // What was asked for last is drawn first: the figures are those of scrolling.
    page.evaluate("new Promise((done) => setTimeout(done, 500))");
    let beyond = format!("({element}).scrollHeight - ({element}).clientHeight");
    let beyond = page.evaluate(&beyond).as_i64().unwrap();
    if beyond < 1 {
        return println!("scrolling {what}: all of it is seen at once");
    }
    let traced = page.trace(
        "devtools.timeline,disabled-by-default-devtools.timeline.frame",
        &format!(
            "(async () => {{
               const element = {element};
               element.scrollTop = 0;
               const end = performance.now() + 3000;
               while (performance.now() < end) {{
                 const before = element.scrollTop;
                 element.scrollTop += Math.max(element.clientHeight / 15, 1);
                 if (element.scrollTop === before) element.scrollTop = 0;
                 await new Promise(requestAnimationFrame);
               }}
             }})()"
        ),
    );
    if traced.is_empty() {
        return println!("scrolling {what}: this browser tells no frames");
    }
    let mut drawn: Vec<f64> = traced
        .iter()
        .filter(|event| event["name"] == "DrawFrame")
        .filter_map(|event| event["ts"].as_f64())
        .collect();
    drawn.sort_by(f64::total_cmp);
    drawn.dedup();
    let mut between: Vec<_> = drawn.windows(2).map(|pair| (pair[1] - pair[0]) / 1e3).collect();
    between.sort_by(f64::total_cmp);
    let frames = between.len().max(1);
    let total: f64 = between.iter().sum();
    let at = |part: f64| between.get((frames as f64 * part) as usize).copied().unwrap_or(0.0);
    println!(
        "scrolling {what}, {beyond} px: {:.0} frames per second; between two frames {:.1} ms (median), {:.1} ms (95 of 100)",
        frames as f64 / total * 1e3,
        at(0.5),
        at(0.95)
    );
}

/// Goes through the lists, as a person would.
fn browse(page: &mut Page, versions: usize) {
    let models = versions / 100;
    page.evaluate("location.hash = '#/'");
    page.wait_for_text("model 00000");
    watch_long_tasks(page);
    let rows = page
        .evaluate("document.querySelectorAll('#models tbody tr').length")
        .as_u64()
        .unwrap();
    assert!(rows < 200, "{rows} rows are drawn of {models}");
    page.evaluate("scrollTo(0, document.body.scrollHeight)");
    page.wait_for_text(&format!("model {:05}", models - 1));
    print_long_tasks(page, "scrolling to the last model");
    scroll(page, "the models");
    page.evaluate("location.hash = '#/model/model-00000'");
    page.wait_for_text("Versions");
    scroll(page, "a model");
    page.evaluate("location.hash = '#/search/status:draft'");
    page.wait_for("document.querySelector('#found tbody tr')", "versions are found");
    scroll(page, "what a filter finds");
    let search = "(async () => {
        const input = document.querySelector('#search');
        const times = [];
        for (const query of ['run-0999', 'no such thing', 'model 0099', 'ab12cd34']) {
            const start = performance.now();
            input.value = query;
            input.dispatchEvent(new Event('input', {bubbles: true}));
            const shown = () => document.querySelector('#content h1')?.innerText === 'Search: ' + query;
            while (!shown()) await new Promise(requestAnimationFrame);
            times.push(Math.round(performance.now() - start));
        }
        return times.join(', ');
    })()";
    let times = page.evaluate(search);
    println!("answers to four searches after {times} ms");
    page.evaluate("location.hash = '#/search/model'");
    page.wait_for("document.querySelector('.hits li')", "there are hits");
    scroll(page, "what a word finds");
    page.evaluate("location.hash = '#/compare'");
    page.wait_for_text("Choose two versions");
    scroll(page, "where versions to compare are chosen");
    page.evaluate("location.hash = '#/what'");
    page.wait_for_text("paste a digest");
    let folder = dropped(300);
    page.drop_files(&[folder.path()]);
    page.wait_for("document.querySelector('#what-export')", "the files are listed");
    page.wait_for_text("300 files");
    scroll(page, "what many files are");
    page.click("#palette-open");
    page.wait_for("document.querySelector('#palette[open] li')", "it lists");
    page.fill("#palette input", "model");
    scroll_in(page, "the palette", "document.querySelector('#palette')");
    page.press("Escape");
    page.evaluate("location.hash = '#/journal'");
    page.wait_for_text(&counted(models + versions - versions / 100, "acts"));
    scroll(page, "the journal");
    print_long_tasks(page, "browsing, searching, and the journal");
}

/// A folder of so many small files.
fn dropped(files: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..files {
        let path = folder.path().join(format!("other-{number}.bin"));
        fs::write(path, number.to_string()).unwrap();
    }
    folder
}

#[test]
fn one_model_of_100_000_versions_is_scrolled_through_and_drawn() {
    let versions = versions();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("family.modelbook.json");
    fs::write(&path, family_of(versions)).unwrap();
    let mut page = Desk::new().open(None);
    page.drop_files(&[&path]);
    page.wait_for("document.querySelector('#import-confirm')", "the preview is there");
    scroll(&mut page, "the preview");
    page.click("#import-confirm");
    page.wait_for(
        "document.querySelector('#saving').innerText === 'Saved' && !document.querySelector('.preview')",
        "it is saved",
    );
    page.evaluate("location.hash = '#/model/net'");
    page.wait_for_text(&format!("v{versions}"));
    scroll(&mut page, "one model");
    page.evaluate("location.hash = '#/evolution/net'");
    let start = std::time::Instant::now();
    page.wait_for("document.querySelector('#lineage .picture')", "it is drawn");
    println!("its evolution is drawn after {:.2} s", start.elapsed().as_secs_f64());
    scroll(&mut page, "its evolution");
    scroll_in(&mut page, "its lineage", "document.querySelector('#lineage .figure')");
    page.evaluate(&format!("location.hash = '#/search/v{versions}'"));
    page.click(".hits a[href*='version']");
    page.wait_for_text("Check it without Modelbook");
    scroll(&mut page, "one of its versions");
    page.evaluate("location.hash = '#/journal'");
    page.wait_for("document.querySelector('#acts li')", "there are acts");
    scroll(&mut page, "its journal");
    page.assert_no_trouble();
}

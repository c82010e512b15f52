//! Large files and many files: memory stays flat and the page stays usable. Figures are printed.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};

use serde_json::{Value, json};

use crate::devtools::{Needs, Page};
use crate::support::{Desk, file_of_tensors, folder_digest, sha256sum};

/// No more wasm memory than this, in the page and in each worker, whatever is hashed.
const MEMORY_BYTES_MAX: u64 = 64 << 20;

pub const MEMORY: &str = "wasm_exports.memory.buffer.byteLength";

#[test]
fn a_file_of_4_gib_is_hashed_in_little_memory() {
    let are_asked = !Needs::Workers.is_missing_for("the memory of its worker");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.safetensors");
    // A hole of 4 GiB, and a tensor behind it.
    let end = [1.5f32, -2.0].map(f32::to_le_bytes).concat();
    let hole = 4u64 << 30;
    let header = json!({
        "hole": {"dtype": "U8", "shape": [hole], "data_offsets": [0, hole]},
        "end": {"dtype": "F32", "shape": [2], "data_offsets": [hole, hole + 8]},
    });
    let header = header.to_string();
    let mut file = File::create(&path).unwrap();
    file.write_all(&(header.len() as u64).to_le_bytes()).unwrap();
    file.write_all(header.as_bytes()).unwrap();
    file.seek(SeekFrom::Current(hole as i64)).unwrap();
    file.write_all(&end).unwrap();
    fs::write(folder.path().join("end"), &end).unwrap();
    let mut page = Desk::new().open(None);
    watch_long_tasks(&mut page);
    page.drop_files(&[&path]);
    page.wait_for_text("of 4.3 GB");
    let (mut page_bytes, mut worker_bytes) = (0, 0);
    while !page.texts(".hashing").is_empty() {
        page_bytes = page_bytes.max(page.evaluate(MEMORY).as_u64().unwrap());
        let workers = match are_asked {
            true => page.evaluate_in_workers(MEMORY),
            false => Vec::new(),
        };
        worker_bytes = workers.iter().filter_map(Value::as_u64).fold(worker_bytes, u64::max);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    page.wait_for_text("New.");
    assert_eq!(page.text(".group-digest code"), sha256sum(&path));
    println!("4 GiB file: wasm memory of the page {page_bytes}, of its worker {worker_bytes} bytes");
    print_long_tasks(&mut page, "4 GiB file");
    assert!((1..MEMORY_BYTES_MAX).contains(&page_bytes));
    assert!((1..MEMORY_BYTES_MAX).contains(&worker_bytes) || !are_asked);
    page.click(".register-one");
    page.wait_for_text("Saved: large v1");
    page.click(".registered a");
    page.wait_for_text("2 of 2");
    let tensors = page.texts("#tensors tbody tr");
    let digest = sha256sum(&folder.path().join("end"));
    assert!(
        tensors
            .iter()
            .any(|row| row.starts_with("end") && row.contains(&digest[..16])),
        "{tensors:?}"
    );
    page.assert_no_trouble();
}

#[test]
fn a_thousand_files_dropped_at_once_are_all_registered() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 1_000);
    let mut paths: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let paths: Vec<_> = paths.iter().map(|path| path.as_path()).collect();
    let mut page = Desk::new().open(None);
    watch_long_tasks(&mut page);
    page.drop_files(&paths);
    page.wait_for_text("Register 1,000 new versions");
    print_long_tasks(&mut page, "1,000 files, hashed");
    watch_long_tasks(&mut page);
    page.click(".register-all");
    page.wait_for_text("1,000 registered and saved");
    page.wait_until_saved();
    print_long_tasks(&mut page, "1,000 files, registered");
    page.reload();
    page.wait_for(
        "document.querySelector('#models').ariaRowCount === '1000'",
        "all are listed",
    );
    page.fill("#search", "file-0777");
    page.wait_for_text("file file-0777.bin");
    let export = page.download(|page| page.click("#export"));
    let export: Value = serde_json::from_slice(&fs::read(export).unwrap()).unwrap();
    assert_eq!(export["catalogue"]["versions"].as_array().unwrap().len(), 1_000);
    page.assert_no_trouble();
}

#[test]
fn ten_thousand_files_dropped_at_once_are_hashed_one_after_the_other_and_the_page_answers() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 10_000);
    let paths: Vec<_> = (0..10_000)
        .map(|number| folder.path().join(format!("file-{number:04}.bin")))
        .collect();
    let paths: Vec<_> = paths.iter().map(|path| path.as_path()).collect();
    let mut page = Desk::new().open(None);
    watch_long_tasks(&mut page);
    page.evaluate(
        "document.addEventListener('drop', () => { window.dropped = performance.now(); }, true);
         new MutationObserver(() => {
             if (document.querySelector('.group-digest')) window.first ??= performance.now();
         }).observe(document.body, {childList: true, subtree: true});
         0",
    );
    page.drop_files(&paths);
    page.wait_for("window.first", "the first digest is shown");
    println!(
        "10,000 files: the first digest is shown {:.0} ms after the drop",
        page.evaluate("first - dropped").as_f64().unwrap()
    );
    // Meanwhile the page can be used.
    page.fill("#search", "anything");
    page.wait_for_text("Search: anything");
    page.click("#intake-summary a");
    page.wait_for_text("Register 10,000 new versions");
    println!(
        "10,000 files: all hashed after {:.0} ms",
        page.evaluate("performance.now() - dropped").as_f64().unwrap()
    );
    print_long_tasks(&mut page, "10,000 files, hashed");
    page.assert_no_trouble();
}

#[test]
fn a_folder_of_five_thousand_small_files_is_one_version() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("checkpoint");
    for part in ["a", "b/c"] {
        fs::create_dir_all(inside.join(part)).unwrap();
        fill(&inside.join(part), 2_500);
    }
    let mut page = Desk::new().open(None);
    watch_long_tasks(&mut page);
    page.drop_files(&[&inside]);
    page.wait_for_text("New.");
    assert_eq!(page.text(".group-digest code"), folder_digest(&inside));
    page.click(".register-one");
    page.wait_for_text("Saved: checkpoint v1");
    print_long_tasks(&mut page, "a folder of 5,000 files");
    page.reload();
    page.wait_for_text("checkpoint");
    page.drop_files(&[&inside]);
    page.wait_for_text("Known: checkpoint v1");
    page.assert_no_trouble();
}

#[test]
fn a_file_of_100_000_tensors_is_looked_through() {
    let folder = tempfile::tempdir().unwrap();
    let named = |n| format!("model.layers.{}.block.{n}.weight", n / 1000);
    let number = |n| (n as f32).to_bits();
    let path = file_of_tensors(folder.path(), "many", (100_000, 1), named, number);
    let mut page = Desk::new().open(None);
    watch_long_tasks(&mut page);
    page.drop_files(&[&path]);
    page.wait_for_text("New.");
    print_long_tasks(&mut page, "100,000 tensors, inspected and hashed");
    page.click(".register-one");
    page.wait_for_text("Saved: many v1");
    print_long_tasks(&mut page, "100,000 tensors, registered");
    watch_long_tasks(&mut page);
    page.click(".registered a");
    page.wait_for_text("100,000 of 100,000");
    print_long_tasks(&mut page, "100,000 tensors, opened");
    assert!(
        page.texts("#tensors tbody tr").len() < 200,
        "only what can be seen is drawn"
    );
    watch_long_tasks(&mut page);
    page.fill("#tensor-filter", "layers.7.");
    page.wait_for_text("1,000 of 100,000");
    page.fill("#tensor-filter", "");
    page.wait_for_text("100,000 of 100,000");
    page.click("#tensors th.number .sort");
    // Sorting takes a moment, and then the list is another one.
    page.wait_for(
        "scrollTo(0, document.body.scrollHeight) ??
         [...document.querySelectorAll('#tensors tbody tr')].some(row => row.innerText.includes('.99999.'))",
        "the last row is drawn",
    );
    print_long_tasks(&mut page, "100,000 tensors, filtered, sorted, scrolled");
    page.assert_no_trouble();
}

#[test]
fn the_page_is_interactive_soon_after_it_is_opened() {
    let mut page = Desk::new().open(None);
    page.before_load(
        "new MutationObserver((_, observer) => {
            if (document.querySelector('#choose-files')) { window.interactive = performance.now(); observer.disconnect(); }
         }).observe(document, {childList: true, subtree: true});",
    );
    let mut times: Vec<_> = (0..9)
        .map(|_| {
            page.reload();
            page.wait_for("window.interactive", "the page is interactive");
            page.evaluate("window.interactive").as_f64().unwrap()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "interactive after {:.0} ms (median of 9, from {:.0} to {:.0})",
        times[4], times[0], times[8]
    );
}

/// So many files of a few kilobytes, each different.
fn fill(folder: &std::path::Path, files: usize) {
    for number in 0..files {
        let line = format!("{} {number}\n", folder.display());
        fs::write(folder.join(format!("file-{number:04}.bin")), line.repeat(40)).unwrap();
    }
}

/// Notes what keeps the page from answering. While files are dragged it is the browser that looks at each of them: of
/// the task in which they are dropped counts what comes after.
pub fn watch_long_tasks(page: &mut Page) {
    page.evaluate(
        "window.long_tasks = [];
         window.dropped_at = 0;
         window.long_watch?.disconnect();
         for (const kind of ['dragenter', 'dragover', 'drop']) {
             addEventListener(kind, () => { window.dropped_at = performance.now(); }, true);
         }
         window.long_watch = new PerformanceObserver(list => list.getEntries().forEach(({startTime, duration}) => {
             const took = startTime + duration - Math.max(startTime, dropped_at);
             if (took >= 50) long_tasks.push(took);
         }));
         long_watch.observe({type: 'longtask'});
         0",
    );
}

/// A task is long from 50 ms on.
pub fn print_long_tasks(page: &mut Page, what: &str) {
    if page.evaluate("PerformanceObserver.supportedEntryTypes.includes('longtask')") == false {
        return println!("{what}: this browser tells no long tasks");
    }
    let tasks = page.evaluate("long_tasks");
    let durations: Vec<_> = tasks.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    let longest = durations.iter().fold(0.0, |a: f64, b| a.max(*b));
    println!(
        "{what}: {} tasks of the page took 50 ms or more, the longest {longest:.0} ms",
        durations.len()
    );
}

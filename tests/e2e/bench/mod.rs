//! How fast files are hashed, beside what a web developer would use instead. Started by `cargo xtask bench`.
//!
//! All contenders of a row run in turn, in the same browser and on the same files; medians and ratios are printed, and
//! everything measured is written to `hashing.json`. Nothing here is a test: a machine is as fast as it is.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use crate::devtools::Page;
use crate::large::{MEMORY, watch_long_tasks};
use crate::support::{Desk, sha256sum};

/// How often everything is measured.
const RUNS: usize = 5;

const MIB: u64 = 1 << 20;

/// What Modelbook is called in the tables.
const OURS: &str = "Modelbook";

#[test]
#[ignore = "a benchmark: takes minutes, and says nothing on a busy machine"]
fn hashing() {
    let folder = PathBuf::from(std::env::var_os("MODELBOOK_BENCH").expect("`cargo xtask bench` names a folder"));
    let wanted = std::env::var("MODELBOOK_BENCH_ROW").ok();
    let is_wanted = |row: &str| wanted.as_ref().is_none_or(|wanted| row.contains(wanted));
    let files = folder.join("files");
    let desk = Desk::new();
    let mut other = desk.open(Some(&harness(&folder)));
    let mut measured = Map::new();
    let in_memory_row = "bytes in memory";
    if is_wanted(in_memory_row) {
        measured.insert(in_memory_row.to_owned(), in_memory(&mut other));
    }
    let streamed = "hash-wasm, read by a stream";
    let whole = "crypto.subtle on the whole file";
    for (row, count, bytes, others) in [
        ("one file of 1 GiB", 1, 1024 * MIB, vec![streamed, whole]),
        ("4 files of 512 MiB", 4, 512 * MIB, vec![streamed]),
        ("1,000 files of 1 MiB", 1_000, MIB, vec![whole]),
    ] {
        if is_wanted(row) {
            let paths = random_files(&files, &row.replace([' ', ','], "-"), count, bytes);
            measured.insert(row.to_owned(), end_to_end(&mut other, row, &paths, &others));
            if count == 1 {
                native(&paths[0]);
            }
        }
    }
    let sparse_row = "sparse file of 8 GiB";
    if is_wanted(sparse_row) {
        measured.insert(sparse_row.to_owned(), sparse(&files));
    }
    let text = serde_json::to_string_pretty(&measured).unwrap();
    fs::write(folder.join("hashing.json"), text).unwrap();
}

/// Bytes that nothing can compress or guess, made once.
fn random_files(folder: &Path, name: &str, count: usize, bytes: u64) -> Vec<PathBuf> {
    fs::create_dir_all(folder).unwrap();
    let make = |number| {
        let path = folder.join(format!("{name}-{number:04}.bin"));
        if fs::metadata(&path).map_or(0, |metadata| metadata.len()) != bytes {
            let mut random = File::open("/dev/urandom").unwrap().take(bytes);
            std::io::copy(&mut random, &mut File::create(&path).unwrap()).unwrap();
        }
        path
    };
    (0..count).map(make).collect()
}

/// A page that runs `harness.js` in a worker. Gives its address.
fn harness(folder: &Path) -> String {
    let read = |path: &str| fs::read_to_string(folder.join("node_modules").join(path)).expect(path);
    let noble: Map<String, Value> = ["sha2", "_md", "_u64", "utils", "crypto"]
        .iter()
        .map(|name| ((*name).to_owned(), json!(read(&format!("@noble/hashes/{name}.js")))))
        .collect();
    let kernel = fs::read(std::env::var_os("MODELBOOK_KERNEL").expect("xtask names the kernel")).unwrap();
    let worker = format!(
        "{}\nconst hashwasm = self.hashwasm;\nconst noble_modules = {};\nconst kernel_constants = {};\n{}",
        read("hash-wasm/dist/sha256.umd.min.js"),
        json!(noble),
        json!(modelbook::digest::K.as_slice()),
        include_str!("harness.js")
    );
    let html = format!(
        "<!doctype html><title>Benchmark</title><div id=saving>Saved</div><input type=file multiple id=files>
         <script>
         const worker = new Worker(URL.createObjectURL(new Blob([{}])));
         const kernel = Uint8Array.from(atob({}), (character) => character.charCodeAt(0));
         const run = (what) => new Promise((resolve, reject) => {{
           worker.onmessage = ({{ data }}) => (data.error ? reject(data.error) : resolve(data));
           worker.onerror = (event) => reject(event.message);
           worker.postMessage(what);
         }});
         </script>",
        json!(worker).to_string().replace("</", "<\\/"),
        json!(BASE64.encode(kernel)),
    );
    let path = folder.join("harness.html");
    File::create(&path).unwrap().write_all(html.as_bytes()).unwrap();
    format!("file://{}", path.display())
}

fn in_memory(other: &mut Page) -> Value {
    let answer = other.evaluate("run({kernel, rounds: 11})");
    let bytes = answer["answer"]["bytes"].as_f64().unwrap();
    let took = answer["answer"]["took"].as_object().unwrap();
    let rate = |ms: &Value| bytes / 1e3 / ms.as_f64().unwrap();
    let rows: Vec<(String, Vec<f64>)> = took
        .iter()
        .map(|(name, times)| (name.clone(), times.as_array().unwrap().iter().map(rate).collect()))
        .collect();
    table("bytes in memory, one worker", "hash-wasm", &rows)
}

/// From the drop until every digest is shown, beside others from the choice of the files to their last digest.
fn end_to_end(other: &mut Page, name: &str, paths: &[PathBuf], others: &[&str]) -> Value {
    let bytes: u64 = paths.iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let expected: Vec<_> = paths.iter().take(4).map(|path| sha256sum(path)).collect();
    let mut names = vec![OURS];
    names.extend(others);
    let mut rows: Vec<(String, Vec<f64>)> = names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect();
    let mut per_cpu = vec![Vec::new(); names.len()];
    let (mut most_memory, mut longest_task) = (0, 0.0f64);
    other.choose_files("#files", &paths);
    for _ in 0..RUNS {
        for (at, job) in names.iter().enumerate() {
            let (took_ms, cpu) = match *job {
                OURS => {
                    let mut page = Desk::new().open(None);
                    watch_long_tasks(&mut page);
                    let (took, cpu, memory) = ours(&mut page, &paths);
                    let shown = page.texts(".group-digest code");
                    assert!(expected.iter().all(|digest| shown.contains(digest)), "{shown:?}");
                    most_memory = memory.max(most_memory);
                    let longest = page.evaluate("Math.max(0, ...long_tasks)").as_f64().unwrap();
                    longest_task = longest.max(longest_task);
                    (took, cpu)
                }
                job => {
                    let before = other.cpu_seconds();
                    let script = format!(
                        "run({{job: {}, files: [...document.querySelector('#files').files]}})",
                        json!(job)
                    );
                    let answer = other.evaluate(&script);
                    let digests = answer["answer"].as_array().unwrap();
                    assert!(digests.iter().zip(&expected).all(|(got, expected)| got == expected));
                    (answer["took"].as_f64().unwrap(), other.cpu_seconds() - before)
                }
            };
            rows[at].1.push(bytes as f64 / 1e3 / took_ms);
            per_cpu[at].push(bytes as f64 / 1e6 / cpu);
        }
    }
    let mut measured = table(name, names[1], &rows);
    for (name, rates) in names.iter().zip(per_cpu) {
        println!(
            "  {:<34} {:>6.0} MB per second of CPU, of page and workers",
            name,
            median(&rates)
        );
    }
    println!(
        "  Modelbook: wasm memory of page and workers at most {:.1} MiB, longest task of the page {longest_task:.0} ms",
        most_memory as f64 / MIB as f64
    );
    measured["wasm bytes"] = json!(most_memory);
    measured["longest task ms"] = json!(longest_task);
    measured
}

/// A file that is longer than any memory here.
fn sparse(folder: &Path) -> Value {
    let path = folder.join("sparse.bin");
    File::create(&path).unwrap().set_len(8 << 30).unwrap();
    let mut page = Desk::new().open(None);
    watch_long_tasks(&mut page);
    let (took_ms, _, memory) = ours(&mut page, &[&path]);
    assert!(page.texts(".group-digest code").contains(&sha256sum(&path)));
    fs::remove_file(&path).unwrap();
    let longest = page.evaluate("Math.max(0, ...long_tasks)").as_f64().unwrap();
    println!(
        "a sparse file of 8 GiB\n  Modelbook: {:.0} MB/s, wasm memory of page and workers at most {:.1} MiB, longest task of the \
         page {longest:.0} ms",
        (8u64 << 30) as f64 / 1e3 / took_ms,
        memory as f64 / MIB as f64
    );
    json!({"wasm bytes": memory, "longest task ms": longest})
}

/// Milliseconds from the drop to the last digest, seconds of CPU, and the most wasm memory.
fn ours(page: &mut Page, paths: &[&Path]) -> (f64, f64, u64) {
    page.evaluate(
        "document.addEventListener('drop', () => { window.began = performance.now(); }, true);
         new MutationObserver(() => {
             const groups = document.querySelectorAll('.group');
             const meter = document.querySelector('.pace, #meter');
             if (window.began && groups.length && !meter && !document.querySelector('.hashing, .queued')) window.ended ??= performance.now();
             else window.ended = undefined;
         }).observe(document.body, {childList: true, subtree: true, characterData: true});",
    );
    let before = page.cpu_seconds();
    // A person drags files for a while before they let go of them.
    page.drag_files(paths);
    std::thread::sleep(std::time::Duration::from_millis(300));
    page.drop_files(paths);
    let mut memory = 0;
    let began = Instant::now();
    while page.evaluate("!!window.ended") != json!(true) {
        assert!(began.elapsed().as_secs() < 120, "hashing ends");
        let workers = page.evaluate_in_workers(MEMORY);
        let all = workers.iter().filter_map(Value::as_u64).sum::<u64>() + page.evaluate(MEMORY).as_u64().unwrap();
        memory = all.max(memory);
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    let took = page.evaluate("window.ended - window.began").as_f64().unwrap();
    (took, page.cpu_seconds() - before, memory)
}

/// Beside the browser: programs that are on most machines.
fn native(path: &Path) {
    let bytes = fs::metadata(path).unwrap().len() as f64;
    println!("one file of 1 GiB, native");
    for program in [&["openssl", "dgst", "-sha256"][..], &["sha256sum"]] {
        let run = || {
            let began = Instant::now();
            let output = Command::new(program[0]).args(&program[1..]).arg(path).output();
            output.ok().filter(|output| output.status.success())?;
            Some(bytes / 1e6 / began.elapsed().as_secs_f64())
        };
        let rates: Option<Vec<_>> = (0..RUNS).map(|_| run()).collect();
        match rates {
            Some(rates) => println!("  {:<34} {:>6.0} MB/s", program.join(" "), median(&rates)),
            None => println!("  {:<34} is not here", program.join(" ")),
        }
    }
}

/// Prints medians in MB/s, and how they stand to one of them.
fn table(name: &str, beside: &str, rows: &[(String, Vec<f64>)]) -> Value {
    let base = rows
        .iter()
        .find(|(name, _)| name == beside)
        .map_or(f64::NAN, |(_, rates)| median(rates));
    println!("{name}");
    for (name, rates) in rows {
        println!(
            "  {name:<34} {:>6.0} MB/s  x {:.2}",
            median(rates),
            median(rates) / base
        );
    }
    let rates: Map<String, Value> = rows.iter().map(|(name, rates)| (name.clone(), json!(rates))).collect();
    json!({"MB/s": rates, "beside": beside})
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

//! What the tests share: a page in a fresh profile, fixtures, a server.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::devtools::{Browser, PATIENCE, Page};

/// A person's desk: a browser profile and a folder of downloads.
pub struct Desk {
    profile: Rc<TempDir>,
    downloads: Rc<TempDir>,
    flags: &'static [&'static str],
}

impl Desk {
    /// A new one.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// One with a browser that is started with these flags beside the usual ones.
    pub fn with(flags: &'static [&'static str]) -> Self {
        Self {
            profile: Rc::new(tempfile::tempdir().unwrap()),
            downloads: Rc::new(tempfile::tempdir().unwrap()),
            flags,
        }
    }

    /// One with a browser that knows no SIMD, as on an old processor.
    pub fn without_simd() -> Self {
        Self::with(&["--js-flags=--no-enable-sse4-1"])
    }

    /// Opens the page in this profile: at an address, or the file itself.
    pub fn open(&self, address: Option<&str>) -> Page {
        let browser = Browser::launch(Rc::clone(&self.profile), self.downloads.path(), self.flags);
        let mut page = Page::open(browser, address.unwrap_or(&file_address()), Rc::clone(&self.downloads));
        page.wait_for(
            "document.querySelector('#saving')?.innerText.match(/Saved|No storage/)",
            "the page is ready",
        );
        page
    }
}

/// The address of the page as one file, opened without a server.
pub fn file_address() -> String {
    format!("file://{}", html().display())
}

/// The page as one file.
pub fn html() -> PathBuf {
    std::env::var_os("MODELBOOK_HTML")
        .expect("`cargo xtask test e2e` names the page")
        .into()
}

/// A file of the fixtures.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// How many ways a version's page offers to change the catalogue.
pub const ACTS: &str = "document.querySelectorAll('.edit-note, #add-note, .archive, #give-alias, #edit-record').length";

/// Registers a small model, `unicode_names v1`, as a person does.
#[track_caller]
pub fn register_unicode_names(page: &mut Page) {
    page.drop_files(&[&fixture("models/safetensors/unicode_names.safetensors")]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_for_text("Saved: unicode_names v1");
    page.wait_until_saved();
}

/// What `sha256sum` prints for a file.
pub fn sha256sum(path: &Path) -> String {
    let printed = std::process::Command::new("sha256sum")
        .arg("--")
        .arg(path)
        .output()
        .unwrap();
    String::from_utf8(printed.stdout).unwrap()[..64].to_owned()
}

/// What the shell says is the digest of a folder as one version.
pub fn folder_digest(folder: &Path) -> String {
    let command = r"find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum";
    let printed = std::process::Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8(printed.stdout).unwrap()[..64].to_owned()
}

/// An export is what the published schema says.
#[track_caller]
pub fn assert_valid_export(path: &Path) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/catalogue.schema.json");
    let read = |path: &Path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (schema, export) = (read(&schema), read(path));
    jsonschema::validate(&schema, &export).unwrap();
}

/// Two exports of one state differ in the second line at most: when, and by whom.
#[track_caller]
pub fn assert_same_but_for_exporter(one: &Path, other: &Path) {
    let lines = |path: &Path| -> Vec<String> {
        let text = std::fs::read_to_string(path).unwrap();
        text.split('\n')
            .enumerate()
            .filter(|(number, _)| *number != 1)
            .map(|(_, line)| line.to_owned())
            .collect()
    };
    assert_eq!(lines(one), lines(other));
}

/// The page as it is laid out to be hosted: names, and contents.
pub fn site() -> BTreeMap<String, Vec<u8>> {
    let folder = html().with_file_name("site");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let read = |file: std::fs::DirEntry| {
        (
            file.file_name().into_string().unwrap(),
            std::fs::read(file.path()).unwrap(),
        )
    };
    files.map(read).collect()
}

/// A server on this machine, which writes down what it is asked for.
pub struct Server {
    /// Where the page is.
    pub address: String,
    /// Every path that was asked for.
    pub asked: Arc<Mutex<Vec<String>>>,
    /// What it serves.
    pub files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    server: Arc<tiny_http::Server>,
    serving: JoinHandle<()>,
}

impl Server {
    /// Starts to serve the page as it is laid out. It ends with the test's process, if not before.
    pub fn start() -> Self {
        Self::of(site())
    }

    /// Starts to serve these files.
    pub fn of(files: BTreeMap<String, Vec<u8>>) -> Self {
        let server = Arc::new(tiny_http::Server::http("127.0.0.1:0").unwrap());
        let address = format!("http://{}/", server.server_addr().to_ip().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let files = Arc::new(Mutex::new(files));
        let (listening, log, served) = (Arc::clone(&server), Arc::clone(&asked), Arc::clone(&files));
        let serving = std::thread::spawn(move || {
            for request in listening.incoming_requests() {
                log.lock().unwrap().push(request.url().to_owned());
                let name = match &request.url()[1..] {
                    "" => "index.html",
                    name => name,
                };
                let file = served.lock().unwrap().get(name).cloned();
                let kind = match name.rsplit('.').next() {
                    Some("html") => "text/html; charset=utf-8",
                    Some("js") => "text/javascript",
                    _ => "application/manifest+json",
                };
                let kind: tiny_http::Header = format!("Content-Type: {kind}").parse().unwrap();
                // A browser that went away is no reason to end.
                let _ = match file {
                    Some(bytes) => request.respond(tiny_http::Response::from_data(bytes).with_header(kind)),
                    None => request.respond(tiny_http::Response::empty(404)),
                };
            }
        });
        Self {
            address,
            asked,
            files,
            server,
            serving,
        }
    }

    /// Stops to serve: nobody listens there any more.
    pub fn stop(self) {
        self.server.unblock();
        self.serving.join().unwrap();
        let at = self.server.server_addr().to_ip().unwrap();
        drop(self.server);
        let started = Instant::now();
        while TcpStream::connect(at).is_ok() {
            assert!(started.elapsed() < PATIENCE, "the server stops");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A file of tensors of so many numbers each, all the same one. Gives its path.
pub fn file_of_tensors(
    folder: &Path,
    name: &str,
    (tensors, each): (u32, u32),
    named: impl Fn(u32) -> String,
    number: impl Fn(u32) -> u32,
) -> PathBuf {
    let tensor = |n: u32| {
        let (name, at) = (named(n), n * each * 4);
        let end = at + each * 4;
        format!(r#""{name}":{{"dtype":"F32","shape":[{each}],"data_offsets":[{at},{end}]}}"#)
    };
    let header = format!("{{{}}}", (0..tensors).map(tensor).collect::<Vec<_>>().join(","));
    let data = (0..tensors).flat_map(|n| number(n).to_le_bytes().repeat(each as usize));
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.into_bytes().into_iter().chain(data));
    let path = folder.join(format!("{name}.safetensors"));
    std::fs::write(&path, bytes).unwrap();
    path
}

//! What the tests share: a page in a fresh profile, fixtures, a server.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::devtools::{Chromium, Page};

/// A person's desk: a browser profile and a folder of downloads.
pub struct Desk {
    profile: TempDir,
    downloads: TempDir,
}

impl Desk {
    /// A new one.
    pub fn new() -> Self {
        Self {
            profile: tempfile::tempdir().unwrap(),
            downloads: tempfile::tempdir().unwrap(),
        }
    }

    /// Opens the page in this profile: at an address, or the file itself.
    pub fn open(&self, address: Option<&str>) -> Page {
        let file = format!("file://{}", html().display());
        let browser = Chromium::launch(self.profile.path());
        let mut page = Page::open(browser, address.unwrap_or(&file), self.downloads.path());
        page.wait_for(
            "document.querySelector('#saving')?.innerText.match(/Saved|No storage/)",
            "the page is ready",
        );
        page
    }
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

/// What `sha256sum` prints for a file.
pub fn sha256sum(path: &Path) -> String {
    let printed = std::process::Command::new("sha256sum")
        .arg("--")
        .arg(path)
        .output()
        .unwrap();
    String::from_utf8(printed.stdout).unwrap()[..64].to_owned()
}

/// A server of the page on this machine, which writes down what it is asked for.
pub struct Server {
    /// Where the page is.
    pub address: String,
    /// Every path that was asked for.
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts to serve. It ends with the test's process.
    pub fn start() -> Self {
        let server = tiny_http::Server::http("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", server.server_addr().to_ip().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let html = std::fs::read(html()).unwrap();
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for request in server.incoming_requests() {
                log.lock().unwrap().push(request.url().to_owned());
                let kind: tiny_http::Header = "Content-Type: text/html; charset=utf-8".parse().unwrap();
                let _ = request.respond(tiny_http::Response::from_data(html.clone()).with_header(kind));
            }
        });
        Self { address, asked }
    }
}

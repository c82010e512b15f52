//! A small driver of browsers: as much of it as the tests use. Chromium speaks DevTools, Firefox speaks WebDriver BiDi;
//! the tests see one `Page`.

mod chromium;
mod firefox;
mod needs;
mod wire;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use chromium::Chromium;
use firefox::Firefox;
pub use needs::Needs;

/// How long anything may take before the test fails: far above what it should, for machines are busy.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running browser: Chromium, or Firefox where `MODELBOOK_BROWSER` says so.
pub struct Browser(Box<dyn Driver>);

impl Browser {
    /// Starts one on a profile folder: an empty one is a new profile. Downloads go to another folder.
    pub fn launch(profile: Rc<TempDir>, downloads: &Path, flags: &[&str]) -> Self {
        if needs::is_firefox() {
            assert!(flags.is_empty(), "{flags:?}: the test says that it needs flags");
            return Self(Box::new(Firefox::launch(profile, downloads)));
        }
        Self(Box::new(Chromium::launch(profile, downloads, flags)))
    }

    /// Ends the browser as a person would, so that the profile is whole.
    pub fn close(mut self) {
        self.0.close();
    }

    /// Kills the browser.
    pub fn kill(mut self) {
        self.0.kill();
    }
}

/// Something that a page did without being asked.
enum Happened {
    /// What went wrong.
    Trouble(String),
    /// The address of a request.
    Request(String),
}

/// How a person looks at the page.
#[derive(Clone, Copy)]
pub struct Look {
    /// The window's inner size.
    pub width: u32,
    pub height: u32,
    /// `light` or `dark`.
    pub scheme: &'static str,
    /// Whether the system forces its own colours.
    pub is_forced: bool,
}

/// What a browser is asked to do. A tab is known by a name that the browser gave it.
trait Driver {
    fn open_tab(&mut self, address: &str) -> String;
    fn tabs(&mut self) -> usize;
    fn bring_to_front(&mut self, tab: &str);
    fn go(&mut self, tab: &str, address: &str);
    fn reload(&mut self, tab: &str);
    fn before_load(&mut self, tab: &str, script: &str);
    /// What an expression gives or throws. A promise is awaited; it may do what a person's act may.
    fn evaluate(&mut self, tab: &str, expression: &str) -> Result<Value, String>;

    /// The workers that run.
    fn workers(&mut self) -> Vec<String>;

    /// Nothing if the worker has ended.
    fn evaluate_in_worker(&mut self, _worker: &str, expression: &str) -> Option<Value> {
        panic!("{expression} in a worker: the test says that it needs workers")
    }

    fn cpu_seconds(&mut self) -> f64;

    /// What the browser makes of the page as an app: of its manifest, and what is in the way.
    fn as_app(&mut self, _tab: &str) -> [Value; 2] {
        panic!("the page as an app: the test says that it needs this")
    }

    /// What the browser traces in these categories while an expression is evaluated: nothing where it cannot.
    fn trace(&mut self, tab: &str, _categories: &str, expression: &str) -> Vec<Value> {
        self.evaluate(tab, expression).unwrap();
        Vec::new()
    }

    fn click(&mut self, tab: &str, x: f64, y: f64);
    fn press(&mut self, tab: &str, held: u8, key: &str);
    fn type_text(&mut self, tab: &str, text: &str);
    /// Held over the window; nothing where a browser is only told of drops.
    fn drag_files(&mut self, _tab: &str, _paths: &[&Path]) {}
    fn drop_files(&mut self, tab: &str, paths: &[&Path]);
    fn choose_files(&mut self, tab: &str, selector: &str, paths: &[&Path]);
    /// The next dialog for files is not shown.
    fn expect_dialog(&mut self, tab: &str);
    fn choose_in_dialog(&mut self, tab: &str, paths: &[&Path]);
    /// A PNG file.
    fn screenshot(&mut self, tab: &str) -> Vec<u8>;
    fn look_as(&mut self, tab: &str, look: Option<Look>);
    /// What happened since it was asked last.
    fn happened(&mut self) -> Vec<Happened>;
    fn close(&mut self);
    fn kill(&mut self);
}

/// A tab, and what happened in it.
pub struct Page {
    /// The browser it is in.
    pub browser: Browser,
    session: String,
    /// What went wrong in it: exceptions, errors on the console, refusals by the content security policy.
    pub troubles: Vec<String>,
    /// The address of each request that it and its workers made.
    pub requests: Vec<String>,
    downloads: Rc<TempDir>,
}

impl Page {
    /// Opens an address in a new tab; the browser's downloads go to a folder.
    pub fn open(browser: Browser, address: &str, downloads: Rc<TempDir>) -> Self {
        let mut page = Self {
            browser,
            session: String::new(),
            troubles: Vec::new(),
            requests: Vec::new(),
            downloads,
        };
        page.open_tab(address);
        page
    }

    /// Opens the page in one more tab, to which everything goes from now on; gives the one before.
    pub fn open_tab(&mut self, address: &str) -> String {
        let before = self.open_tab_at("about:blank");
        self.go(address);
        before
    }

    /// Opens any address in one more tab, to which everything goes from now on; gives the one before.
    pub fn open_tab_at(&mut self, address: &str) -> String {
        let tab = self.browser.0.open_tab(address);
        std::mem::replace(&mut self.session, tab)
    }

    /// How many tabs there are, the browser's first one included.
    pub fn tabs(&mut self) -> usize {
        self.browser.0.tabs()
    }

    /// The tab that everything goes to.
    pub fn session(&self) -> String {
        self.session.clone()
    }

    /// Goes to another tab.
    pub fn switch_to(&mut self, session: String) {
        self.session = session;
        self.browser.0.bring_to_front(&self.session);
    }

    /// Goes to the page and waits until it has started.
    pub fn go(&mut self, address: &str) {
        self.browser.0.go(&self.session, address);
        self.wait_for("document.querySelector('#saving')", "the page has started");
    }

    /// Runs a script in every page that is loaded from now on, before the page's own scripts.
    pub fn before_load(&mut self, script: &str) {
        self.browser.0.before_load(&self.session, script);
    }

    /// Loads anew what may not start.
    pub fn reload_only(&mut self) {
        self.browser.0.reload(&self.session);
    }

    /// Loads the page anew.
    pub fn reload(&mut self) {
        self.evaluate("window.before_reload = true");
        self.reload_only();
        self.wait_for(
            "!window.before_reload && document.querySelector('#saving')",
            "the page has started anew",
        );
    }

    /// The value of an expression; a promise is awaited.
    #[track_caller]
    pub fn evaluate(&mut self, expression: &str) -> Value {
        self.try_evaluate(expression)
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// The value of an expression, or what it threw.
    pub fn try_evaluate(&mut self, expression: &str) -> Result<Value, String> {
        let result = self.browser.0.evaluate(&self.session, expression);
        self.note_events();
        result
    }

    /// How much CPU the processes of pages and workers have taken, in seconds.
    pub fn cpu_seconds(&mut self) -> f64 {
        self.browser.0.cpu_seconds()
    }

    /// What the browser makes of the page as an app: of its manifest, and what is in the way.
    pub fn as_app(&mut self) -> [Value; 2] {
        self.browser.0.as_app(&self.session)
    }

    /// How many workers run.
    pub fn workers(&mut self) -> usize {
        self.browser.0.workers().len()
    }

    /// Waits until no worker runs: of its end the browser tells in its own time.
    #[track_caller]
    pub fn wait_for_no_worker(&mut self) {
        let started = Instant::now();
        while self.workers() > 0 {
            assert!(started.elapsed() < PATIENCE, "the workers end");
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// The values of an expression in each worker that still runs.
    pub fn evaluate_in_workers(&mut self, expression: &str) -> Vec<Value> {
        let workers = self.browser.0.workers();
        let answers = workers
            .iter()
            .map(|worker| self.browser.0.evaluate_in_worker(worker, expression));
        answers.flatten().collect()
    }

    /// What the browser traces in these categories while an expression is evaluated: nothing in Firefox.
    pub fn trace(&mut self, categories: &str, expression: &str) -> Vec<Value> {
        self.browser.0.trace(&self.session, categories, expression)
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub fn wait_for(&mut self, condition: &str, what: &str) {
        let started = Instant::now();
        loop {
            // An expression may throw while the page is under way.
            if self.try_evaluate(&format!("!!({condition})")) == Ok(json!(true)) {
                return;
            }
            if started.elapsed() > PATIENCE {
                let text = self.try_evaluate("document.body.innerText").unwrap_or_default();
                panic!(
                    "waited in vain until {what}; {:?}; the page says:\n{}",
                    self.troubles,
                    text.as_str().unwrap_or("")
                );
            }
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Waits until the page says that everything is saved.
    #[track_caller]
    pub fn wait_until_saved(&mut self) {
        self.wait_for(
            "document.querySelector('#saving')?.innerText === 'Saved'",
            "all is saved",
        );
    }

    /// Waits until the page shows a text.
    #[track_caller]
    pub fn wait_for_text(&mut self, text: &str) {
        self.wait_for(
            &format!("document.body.innerText.includes({})", json!(text)),
            &format!("it shows {text:?}"),
        );
    }

    /// The text of the first element that a selector names.
    #[track_caller]
    pub fn text(&mut self, selector: &str) -> String {
        let selector = json!(selector);
        self.wait_for(
            &format!("document.querySelector({selector})"),
            &format!("there is {selector}"),
        );
        let text = self.evaluate(&format!("document.querySelector({selector}).innerText"));
        text.as_str().unwrap_or("").to_owned()
    }

    /// The texts of all elements that a selector names.
    pub fn texts(&mut self, selector: &str) -> Vec<String> {
        let selector = json!(selector);
        let texts = self.evaluate(&format!(
            "[...document.querySelectorAll({selector})].map(e => e.innerText)"
        ));
        serde_json::from_value(texts).unwrap()
    }

    /// Clicks the middle of an element, with the mouse, and waits until the page has drawn its answer.
    #[track_caller]
    pub fn click(&mut self, selector: &str) {
        let name = json!(selector);
        self.wait_for(
            &format!("document.querySelector({name})?.checkVisibility()"),
            &format!("{name} can be seen"),
        );
        // What is still being read may push it down: it is clicked once it stands still.
        let place = self.evaluate(&format!(
            "(async () => {{
               for (let before; ;) {{
                 const e = document.querySelector({name}); e.scrollIntoView({{block: 'center'}});
                 const r = e.getBoundingClientRect(), place = [r.x + r.width / 2, r.y + r.height / 2];
                 if (String(place) === before) return place;
                 before = String(place);
                 await new Promise(done => setTimeout(done, 30));
               }}
             }})()"
        ));
        let [x, y] = [0, 1].map(|axis| place[axis].as_f64().unwrap());
        self.browser.0.click(&self.session, x, y);
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))");
    }

    /// Presses a key, and lets it go.
    pub fn press(&mut self, key: &str) {
        self.press_with(0, key);
    }

    /// The same, with others held: 1 Alt, 2 Ctrl, 4 Meta, 8 Shift.
    pub fn press_with(&mut self, held: u8, key: &str) {
        self.browser.0.press(&self.session, held, key);
        self.note_events();
    }

    /// Types where the focus is.
    pub fn type_text(&mut self, text: &str) {
        self.browser.0.type_text(&self.session, text);
    }

    /// Does something that opens the browser's dialog for files, and chooses these.
    #[track_caller]
    pub fn choose_in_dialog(&mut self, paths: &[&Path], act: impl FnOnce(&mut Self)) {
        self.browser.0.expect_dialog(&self.session);
        act(self);
        self.browser.0.choose_in_dialog(&self.session, paths);
    }

    /// Clicks a field, empties it and types.
    #[track_caller]
    pub fn fill(&mut self, selector: &str, text: &str) {
        self.click(selector);
        self.evaluate(&format!("document.querySelector({}).select()", json!(selector)));
        self.browser.0.type_text(&self.session, text);
        self.evaluate(&format!(
            "document.querySelector({}).dispatchEvent(new Event('change'))",
            json!(selector)
        ));
    }

    /// Says who uses the page, in the settings, and comes back.
    #[track_caller]
    pub fn is_used_by(&mut self, name: &str) {
        let before = self.evaluate("location.hash || '#/'");
        self.evaluate("location.hash = '#/settings'");
        self.fill("#author", name);
        self.wait_for(
            &format!("document.querySelector('.writes')?.innerText === {}", json!(name)),
            "the name is known",
        );
        self.evaluate(&format!("location.hash = {before}"));
        self.wait_for("!document.querySelector('#single-keys')", "it is back");
    }

    /// Chooses from a list, or a date.
    #[track_caller]
    pub fn choose(&mut self, selector: &str, value: &str) {
        let (selector, value) = (json!(selector), json!(value));
        self.wait_for(&format!("document.querySelector({selector})"), "it can be chosen from");
        self.evaluate(&format!(
            "{{ const field = document.querySelector({selector}); field.value = {value}; \
              field.dispatchEvent(new Event('change', {{bubbles: true}})); }}"
        ));
    }

    /// Drops files or folders in the middle of the window, as from a file manager.
    pub fn drop_files(&mut self, paths: &[&Path]) {
        self.browser.0.drop_files(&self.session, paths);
        self.note_events();
    }

    /// Drags files or folders over the window and holds them there.
    pub fn drag_files(&mut self, paths: &[&Path]) {
        self.browser.0.drag_files(&self.session, paths);
        self.note_events();
    }

    /// Puts files or a folder into a file input.
    #[track_caller]
    pub fn choose_files(&mut self, selector: &str, paths: &[&Path]) {
        self.wait_for(&format!("document.querySelector({})", json!(selector)), selector);
        self.browser.0.choose_files(&self.session, selector, paths);
    }

    /// Does something that downloads a file, and gives the file's path once it is whole.
    pub fn download(&mut self, act: impl FnOnce(&mut Self)) -> PathBuf {
        let before = files_in(self.downloads.path());
        act(self);
        let started = Instant::now();
        loop {
            let is_whole = |path: &PathBuf| {
                let ending = path.extension().and_then(|ending| ending.to_str());
                // Firefox puts an empty file where the whole one will be.
                let is_empty = path.metadata().is_ok_and(|metadata| metadata.len() == 0);
                ending.is_some_and(|ending| ["json", "csv", "svg", "png"].contains(&ending)) && !is_empty
            };
            let mut files = files_in(self.downloads.path()).into_iter();
            let fresh = files.find(|path| !before.contains(path) && is_whole(path));
            if let Some(path) = fresh {
                // The next one may have the same name.
                let folder = tempfile::tempdir_in(self.downloads.path()).unwrap().keep();
                let kept = folder.join(path.file_name().unwrap());
                std::fs::rename(path, &kept).unwrap();
                return kept;
            }
            assert!(started.elapsed() < PATIENCE, "the download comes");
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Writes a picture of what can be seen.
    pub fn screenshot(&mut self, path: &Path) {
        std::fs::write(path, self.browser.0.screenshot(&self.session)).unwrap();
    }

    /// Is looked at so, without motion; or as at first.
    pub fn look_as(&mut self, look: Option<Look>) {
        self.browser.0.look_as(&self.session, look);
    }

    /// Notes what happened in the tab and its workers until now.
    pub fn note_events(&mut self) {
        for happened in self.browser.0.happened() {
            match happened {
                Happened::Trouble(trouble) => self.troubles.push(trouble),
                Happened::Request(address) => self.requests.push(address),
            }
        }
    }

    /// Fails if anything went wrong in the tab.
    #[track_caller]
    pub fn assert_no_trouble(&mut self) {
        let _ = self.evaluate("0");
        assert_eq!(self.troubles, Vec::<String>::new());
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

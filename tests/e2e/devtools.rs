//! A small driver of Chromium over the DevTools protocol: as much of it as the tests use.
//!
//! One connection to the browser; pages and workers are sessions on it (the protocol's "flat" mode).

use std::collections::VecDeque;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

/// How long anything may take before the test fails: far above what it should, for machines are busy.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running Chromium with a profile of its own.
pub struct Chromium {
    process: Child,
    socket: WebSocket<TcpStream>,
    next_id: u64,
    events: VecDeque<Value>,
    /// Kept until the process has ended.
    profile: Rc<TempDir>,
}

impl Chromium {
    /// Starts a browser on a profile folder: an empty one is a new profile.
    pub fn launch(profile: Rc<TempDir>, flags: &[&str]) -> Self {
        let program = std::env::var_os("CHROME").unwrap_or_else(|| "chromium".into());
        let port_file = profile.path().join("DevToolsActivePort");
        // A profile that is opened again still has the port of before.
        let _ = std::fs::remove_file(&port_file);
        let process = Command::new(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args([
                // A test goes from page to page faster than a person could.
                "--disable-ipc-flooding-protection",
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--window-size=1280,900",
            ])
            .args(flags)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Chromium starts");
        let started = Instant::now();
        let (port, path) = loop {
            assert!(started.elapsed() < PATIENCE, "Chromium says where it listens");
            let text = std::fs::read_to_string(&port_file).unwrap_or_default();
            if let Some((port, path)) = text.split_once('\n') {
                break (port.to_owned(), path.to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("Chromium listens");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream).unwrap();
        Self {
            process,
            socket,
            next_id: 0,
            events: VecDeque::new(),
            profile,
        }
    }

    /// Sends a command to the browser or to a session, and waits for its answer.
    pub fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Result<Value, String> {
        self.next_id += 1;
        let mut message = json!({"id": self.next_id, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).unwrap();
        loop {
            let message = self.receive();
            if message["id"] == json!(self.next_id) {
                return match message.get("error") {
                    Some(error) => Err(format!("{method}: {error}")),
                    None => Ok(message["result"].clone()),
                };
            }
            // A worker that ends has no more to say.
            let is_end = message["method"] == "Target.detachedFromTarget";
            let ended = is_end && session.is_some_and(|session| message["params"]["sessionId"] == json!(session));
            self.events.push_back(message);
            if ended {
                return Err(format!("{method}: the session has ended"));
            }
        }
    }

    /// Ends the browser as a person would, so that the profile is whole.
    pub fn close(mut self) {
        let _ = self.call(None, "Browser.close", json!({}));
        let _ = self.process.wait();
    }

    /// Kills the browser. Its other processes end when they notice, which nobody is faster than to open it again.
    pub fn kill(mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let profile = self.profile.path().display().to_string();
        let left = || Command::new("pgrep").args(["-f", &profile]).output();
        while left().is_ok_and(|found| found.status.success()) {
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(300));
    }

    fn receive(&mut self) -> Value {
        match self.socket.read().expect("Chromium answers") {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            _ => Value::Null,
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A tab, and what happened in it.
pub struct Page {
    /// The browser it is in.
    pub browser: Chromium,
    session: String,
    /// The sessions of its workers that were started, ended ones included.
    workers: Vec<String>,
    /// What went wrong in it: exceptions, errors on the console, refusals by the content security policy.
    pub troubles: Vec<String>,
    /// The address of each request that it and its workers made.
    pub requests: Vec<String>,
    downloads: Rc<TempDir>,
    /// The field whose dialog was opened last.
    file_input: Option<u64>,
    /// What was traced, while that is wanted, and whether all of it has come.
    traced: Option<Vec<Value>>,
    is_traced: bool,
}

impl Page {
    /// Opens an address in a new tab; downloads go to a folder.
    pub fn open(mut browser: Chromium, address: &str, downloads: Rc<TempDir>) -> Self {
        let params = json!({"behavior": "allow", "downloadPath": downloads.path(), "eventsEnabled": true});
        browser.call(None, "Browser.setDownloadBehavior", params).unwrap();
        let mut page = Self {
            browser,
            session: String::new(),
            workers: Vec::new(),
            troubles: Vec::new(),
            requests: Vec::new(),
            downloads,
            file_input: None,
            traced: None,
            is_traced: false,
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
        let target = json!({"url": address, "newWindow": true});
        let target = self.browser.call(None, "Target.createTarget", target).unwrap();
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = self.browser.call(None, "Target.attachToTarget", attach).unwrap();
        let session = session["sessionId"].as_str().unwrap().to_owned();
        let before = std::mem::replace(&mut self.session, session);
        for domain in ["Page", "Runtime", "Log", "Network", "DOM"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
        let attach = json!({"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true});
        self.call("Target.setAutoAttach", attach);
        before
    }

    /// The tab that everything goes to.
    pub fn session(&self) -> String {
        self.session.clone()
    }

    /// Goes to another tab.
    pub fn switch_to(&mut self, session: String) {
        self.session = session;
        self.call("Page.bringToFront", json!({}));
    }

    /// Goes to the page and waits until it has started.
    pub fn go(&mut self, address: &str) {
        self.call("Page.navigate", json!({"url": address}));
        self.wait_for("document.querySelector('#saving')", "the page has started");
    }

    /// Runs a script in every page that is loaded from now on, before the page's own scripts.
    pub fn before_load(&mut self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script}));
    }

    /// Loads the page anew.
    pub fn reload(&mut self) {
        self.evaluate("window.before_reload = true");
        self.call("Page.reload", json!({}));
        self.wait_for(
            "!window.before_reload && document.querySelector('#saving')",
            "the page has started anew",
        );
    }

    /// A command to this tab.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        let session = self.session.clone();
        let result = self.browser.call(Some(&session), method, params).unwrap();
        self.note_events();
        result
    }

    /// The value of an expression; a promise is awaited.
    #[track_caller]
    pub fn evaluate(&mut self, expression: &str) -> Value {
        self.try_evaluate(expression)
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// The value of an expression, or what it threw.
    pub fn try_evaluate(&mut self, expression: &str) -> Result<Value, String> {
        let params = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
            // What the policy forbids the page it forbids a test too.
            "allowUnsafeEvalBlockedByCSP": false,
        });
        let session = self.session.clone();
        let result = self.browser.call(Some(&session), "Runtime.evaluate", params)?;
        self.note_events();
        match result.get("exceptionDetails") {
            Some(thrown) => Err(thrown.to_string()),
            None => Ok(result["result"]["value"].clone()),
        }
    }

    /// How much CPU the processes of pages and workers have taken, in seconds.
    pub fn cpu_seconds(&mut self) -> f64 {
        let processes = self.browser.call(None, "SystemInfo.getProcessInfo", json!({})).unwrap();
        let processes = processes["processInfo"].as_array().unwrap().iter();
        let renderers = processes.filter(|process| process["type"] == "renderer");
        renderers.filter_map(|process| process["cpuTime"].as_f64()).sum()
    }

    /// The values of an expression in each worker that still runs.
    pub fn evaluate_in_workers(&mut self, expression: &str) -> Vec<Value> {
        self.note_events();
        let params = json!({"expression": expression, "returnByValue": true});
        let workers = self.workers.clone();
        let answers = workers
            .iter()
            .map(|id| self.browser.call(Some(id), "Runtime.evaluate", params.clone()));
        answers
            .filter_map(|answer| answer.ok().map(|answer| answer["result"]["value"].clone()))
            .collect()
    }

    /// What the browser traces in these categories while an expression is evaluated.
    pub fn trace(&mut self, categories: &str, expression: &str) -> Vec<Value> {
        self.traced = Some(Vec::new());
        self.call(
            "Tracing.start",
            json!({"categories": categories, "transferMode": "ReportEvents"}),
        );
        self.evaluate(expression);
        self.is_traced = false;
        self.call("Tracing.end", json!({}));
        let started = Instant::now();
        while !self.is_traced {
            assert!(started.elapsed() < PATIENCE, "the trace comes");
            self.evaluate("0");
        }
        self.traced.take().unwrap_or_default()
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
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", params);
        }
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))");
    }

    /// Presses a key, and lets it go.
    pub fn press(&mut self, key: &str) {
        self.press_with(0, key);
    }

    /// The same, with others held: 1 Alt, 2 Ctrl, 4 Meta, 8 Shift.
    pub fn press_with(&mut self, held: u8, key: &str) {
        let (number, text) = match key {
            "Enter" => (13, "\r"),
            "Escape" => (27, ""),
            "ArrowDown" => (40, ""),
            "Tab" => (9, ""),
            character if character.len() == 1 => {
                let number = character.to_ascii_uppercase().as_bytes()[0];
                (number, if held & 7 == 0 { character } else { "" })
            }
            other => panic!("the number of {other} is not known here"),
        };
        // What Ctrl-A does is not of the key: the browser is told.
        let commands: &[&str] = if (held, key) == (2, "a") { &["selectAll"] } else { &[] };
        for kind in ["keyDown", "keyUp"] {
            let params = json!({
                "type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": number,
                "modifiers": held, "commands": commands,
            });
            self.call("Input.dispatchKeyEvent", params);
        }
    }

    /// Types where the focus is.
    pub fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Does something that opens the browser's dialog for files, and chooses these.
    #[track_caller]
    pub fn choose_in_dialog(&mut self, paths: &[&Path], act: impl FnOnce(&mut Self)) {
        self.call("Page.setInterceptFileChooserDialog", json!({"enabled": true}));
        self.file_input = None;
        act(self);
        let started = Instant::now();
        let input = loop {
            self.evaluate("0");
            if let Some(input) = self.file_input.take() {
                break input;
            }
            assert!(started.elapsed() < PATIENCE, "the dialog opens");
        };
        self.call("DOM.setFileInputFiles", json!({"files": paths, "backendNodeId": input}));
    }

    /// Clicks a field, empties it and types.
    #[track_caller]
    pub fn fill(&mut self, selector: &str, text: &str) {
        self.click(selector);
        self.evaluate(&format!("document.querySelector({}).select()", json!(selector)));
        self.call("Input.insertText", json!({"text": text}));
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
        self.dispatch_drag(&["dragEnter", "dragOver", "drop"], paths);
    }

    /// Drags files or folders over the window and holds them there.
    pub fn drag_files(&mut self, paths: &[&Path]) {
        self.dispatch_drag(&["dragEnter", "dragOver"], paths);
    }

    fn dispatch_drag(&mut self, kinds: &[&str], paths: &[&Path]) {
        for kind in kinds {
            let data = json!({"items": [], "files": paths, "dragOperationsMask": 1});
            self.call(
                "Input.dispatchDragEvent",
                json!({"type": kind, "x": 400, "y": 400, "data": data}),
            );
        }
    }

    /// Puts files or a folder into a file input.
    #[track_caller]
    pub fn choose_files(&mut self, selector: &str, paths: &[&Path]) {
        self.wait_for(&format!("document.querySelector({})", json!(selector)), selector);
        let object = self.call(
            "Runtime.evaluate",
            json!({"expression": format!("document.querySelector({})", json!(selector))}),
        );
        let id = object["result"]["objectId"].clone();
        self.call("DOM.setFileInputFiles", json!({"files": paths, "objectId": id}));
    }

    /// Does something that downloads a file, and gives the file's path once it is whole.
    pub fn download(&mut self, act: impl FnOnce(&mut Self)) -> PathBuf {
        let before = files_in(self.downloads.path());
        act(self);
        let started = Instant::now();
        loop {
            let is_whole = |path: &PathBuf| {
                let ending = path.extension().and_then(|ending| ending.to_str());
                ending.is_some_and(|ending| ["json", "csv", "svg", "png"].contains(&ending))
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
        use base64::Engine as _;
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"}));
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(picture["data"].as_str().unwrap())
            .unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Notes what happened in the tab and its workers until now.
    pub fn note_events(&mut self) {
        if self.browser.events.is_empty() {
            return;
        }
        for event in self.browser.events.drain(..).collect::<Vec<_>>() {
            let params = &event["params"];
            match event["method"].as_str().unwrap_or("") {
                "Target.attachedToTarget" if params["targetInfo"]["type"] == "worker" => {
                    let session = params["sessionId"].as_str().unwrap().to_owned();
                    // A worker may be gone already.
                    for domain in ["Network", "Runtime"] {
                        let _ = self
                            .browser
                            .call(Some(&session), &format!("{domain}.enable"), json!({}));
                    }
                    self.workers.push(session);
                }
                "Target.detachedFromTarget" => {
                    self.workers.retain(|session| params["sessionId"] != json!(session));
                }
                "Tracing.dataCollected" => {
                    let events = params["value"].as_array().cloned().unwrap_or_default();
                    self.traced
                        .iter_mut()
                        .for_each(|traced| traced.extend_from_slice(&events));
                }
                "Tracing.tracingComplete" => self.is_traced = true,
                "Page.fileChooserOpened" => self.file_input = params["backendNodeId"].as_u64(),
                "Runtime.exceptionThrown" => self.troubles.push(params["exceptionDetails"].to_string()),
                "Runtime.consoleAPICalled" if params["type"] == "error" => {
                    self.troubles.push(params["args"].to_string());
                }
                "Log.entryAdded" if params["entry"]["level"] == "error" => {
                    self.troubles.push(params["entry"].to_string())
                }
                "Network.requestWillBeSent" => {
                    self.requests
                        .push(params["request"]["url"].as_str().unwrap_or("").to_owned());
                }
                _ => {}
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

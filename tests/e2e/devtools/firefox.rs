//! Firefox, over WebDriver BiDi, which it speaks itself: no driver is needed. Pages are contexts, workers are realms.
//!
//! Two things are not as a person does them. Without a screen Firefox has no drags from outside, so a drop is made in the
//! page: of files that the browser was asked to put into a field, and of folders that have the shape of the browser's own.
//! And what the protocol does not reach, colours, motion and the way back from the browser's own buttons, is reached from
//! the window around the page, which Firefox allows who starts it so.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Instant;

use base64::Engine as _;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::wire::{Process, Wire};
use super::{Driver, Happened, Look, PATIENCE};

/// What is told without being asked.
const EVENTS: [&str; 5] = [
    "input.fileDialogOpened",
    "log.entryAdded",
    "network.beforeRequestSent",
    "script.realmCreated",
    "script.realmDestroyed",
];

/// Drops files from a field, or puts them into another one. A path with a slash is of a file in a folder, which comes as
/// a file that cannot be read and as an entry, as the File and Directory Entries API has them.
const HAND_OVER: &str = "(async (paths, selector) => {
    const carrier = document.querySelector('#carrier'), files = [...carrier.files], transfer = new DataTransfer();
    carrier.remove();
    if (selector) {
        files.forEach((file, n) => Object.defineProperty(file, 'webkitRelativePath', {value: paths[n]}));
        files.forEach(file => transfer.items.add(file));
        const field = document.querySelector(selector);
        field.files = transfer.files;
        field.dispatchEvent(new Event('change', {bubbles: true}));
        return;
    }
    const folder = name => ({name, isDirectory: true, isFile: false, children: new Map(), createReader() {
        const left = [...this.children.values()];
        return {readEntries: done => setTimeout(() => done(left.splice(0, 100)))};
    }});
    const top = folder('');
    files.forEach((file, n) => {
        const names = paths[n].split('/'), name = names.pop();
        let place = top;
        for (const name of names) {
            if (!place.children.has(name)) place.children.set(name, folder(name));
            place = place.children.get(name);
        }
        place.children.set(name + '\\0' + n, {name, isDirectory: false, isFile: true, file: done => setTimeout(() => done(file)), is: file});
    });
    for (const child of top.children.values()) {
        const item = transfer.items.add(child.is ?? new File([], child.name));
        if (child.isDirectory) item.webkitGetAsEntry = () => child;
    }
    for (const kind of ['dragenter', 'dragover', 'drop'])
        document.elementFromPoint(400, 400).dispatchEvent(new DragEvent(kind,
            {dataTransfer: transfer, clientX: 400, clientY: 400, bubbles: true, cancelable: true, composed: true}));
})";

/// A running Firefox.
pub struct Firefox {
    process: Process,
    wire: Wire,
    /// The realms of workers that run, of all tabs.
    workers: Vec<String>,
    /// The field whose dialog was opened last.
    file_input: Option<Value>,
    happened: Vec<Happened>,
}

impl Firefox {
    /// Starts a browser on a profile folder: an empty one is a new profile.
    pub fn launch(profile: Rc<TempDir>, downloads: &Path) -> Self {
        // Else a dialog for files that nobody sees stays open, and no second one comes.
        let preference = "user_pref('remote.bidi.dismiss_file_pickers.enabled', true);\n";
        std::fs::write(profile.path().join("user.js"), preference).unwrap();
        let mut command = Command::new(std::env::var_os("FIREFOX").unwrap_or_else(|| "firefox-esr".into()));
        command
            .args(["--headless", "--no-remote", "--remote-debugging-port=0"])
            // For the window around the page.
            .arg("--remote-allow-system-access")
            .args(["--width=1280", "--height=900", "--profile"])
            .arg(profile.path())
            .arg("about:blank");
        let told = |text: &str| serde_json::from_str::<Value>(text).ok()?["ws_port"].as_u64();
        let (process, port) = Process::start(&mut command, profile, "WebDriverBiDiServer.json", told);
        let mut browser = Self {
            process,
            wire: Wire::connect(&port.to_string(), "/session"),
            workers: Vec::new(),
            file_input: None,
            happened: Vec::new(),
        };
        let prompts = json!({"default": "accept", "file": "dismiss"});
        let capabilities = json!({"alwaysMatch": {"unhandledPromptBehavior": prompts}});
        browser.ask("session.new", json!({"capabilities": capabilities}));
        browser.ask("session.subscribe", json!({"events": EVENTS}));
        let behavior = json!({"type": "allowed", "destinationFolder": downloads});
        browser.ask("browser.setDownloadBehavior", json!({"downloadBehavior": behavior}));
        browser
    }

    fn try_ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let answer = self.wire.ask(json!({"method": method, "params": params}), |_| false);
        let answer = answer.unwrap_or_default();
        match answer["type"] == "success" {
            true => Ok(answer["result"].clone()),
            false => Err(format!("{method}: {}: {}", answer["error"], answer["message"])),
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.try_ask(method, params).unwrap()
    }

    /// What an expression gives, as the protocol says it.
    fn remote_value(&mut self, tab: &str, expression: &str) -> Result<Value, String> {
        let params = json!({
            "expression": expression, "target": {"context": tab}, "awaitPromise": true, "userActivation": true,
        });
        let answer = self.try_ask("script.evaluate", params)?;
        match answer["type"] == "success" {
            true => Ok(answer["result"].clone()),
            false => Err(answer["exceptionDetails"].to_string()),
        }
    }

    /// Evaluates in the window around the pages, with all that Firefox itself may do.
    fn evaluate_in_browser(&mut self, expression: &str) -> Value {
        let tree = self.ask("browsingContext.getTree", json!({"moz:scope": "chrome", "maxDepth": 0}));
        let window = tree["contexts"][0]["context"].as_str().unwrap().to_owned();
        self.evaluate(&window, expression).unwrap()
    }

    fn put_into(&mut self, tab: &str, field: &Value, paths: &[PathBuf]) {
        let element = json!({"sharedId": field["sharedId"]});
        let params = json!({"context": tab, "element": element, "files": paths});
        self.ask("input.setFiles", params);
    }

    /// Hands files, and folders with all that is in them, over to the page.
    fn hand_over(&mut self, tab: &str, paths: &[&Path], selector: Option<&str>) {
        let files: Vec<_> = paths.iter().flat_map(|path| files_of(path)).collect();
        let (names, files): (Vec<_>, Vec<_>) = files.into_iter().unzip();
        let carrier = "{ const field = document.createElement('input');
            Object.assign(field, {type: 'file', multiple: true, hidden: true, id: 'carrier'});
            document.documentElement.append(field); field }";
        let carrier = self.remote_value(tab, carrier).unwrap();
        self.put_into(tab, &carrier, &files);
        let expression = format!("{HAND_OVER}({}, {})", json!(names), json!(selector));
        self.evaluate(tab, &expression).unwrap();
    }

    fn act(&mut self, tab: &str, device: Value, actions: Vec<Value>) {
        let mut source = device;
        source["id"] = source["type"].clone();
        source["actions"] = json!(actions);
        self.ask("input.performActions", json!({"context": tab, "actions": [source]}));
    }

    /// Takes in what was told until now.
    fn take_in(&mut self) {
        while let Some(event) = self.wire.events.pop_front() {
            let params = &event["params"];
            match event["method"].as_str().unwrap_or("") {
                "script.realmCreated" if params["type"] == "dedicated-worker" => {
                    self.workers.push(params["realm"].as_str().unwrap().to_owned());
                }
                "script.realmDestroyed" => self.workers.retain(|realm| params["realm"] != json!(realm)),
                "input.fileDialogOpened" => self.file_input = Some(params["element"].clone()),
                "log.entryAdded" if params["level"] == "error" => {
                    self.happened.push(Happened::Trouble(params.to_string()));
                }
                "network.beforeRequestSent" => {
                    let url = params["request"]["url"].as_str().unwrap_or("").to_owned();
                    self.happened.push(Happened::Request(url));
                }
                _ => {}
            }
        }
    }
}

impl Driver for Firefox {
    fn open_tab(&mut self, address: &str) -> String {
        let tab = self.ask("browsingContext.create", json!({"type": "window"}));
        let tab = tab["context"].as_str().unwrap().to_owned();
        let viewport = json!({"width": 1280, "height": 900});
        self.ask(
            "browsingContext.setViewport",
            json!({"context": tab, "viewport": viewport}),
        );
        if address != "about:blank" {
            self.go(&tab, address);
        }
        tab
    }

    fn tabs(&mut self) -> usize {
        let tree = self.ask("browsingContext.getTree", json!({"maxDepth": 0}));
        tree["contexts"].as_array().unwrap().len()
    }

    fn bring_to_front(&mut self, tab: &str) {
        self.ask("browsingContext.activate", json!({"context": tab}));
    }

    fn go(&mut self, tab: &str, address: &str) {
        self.ask(
            "browsingContext.navigate",
            json!({"context": tab, "url": address, "wait": "interactive"}),
        );
    }

    fn reload(&mut self, tab: &str) {
        self.ask("browsingContext.reload", json!({"context": tab, "wait": "interactive"}));
    }

    fn before_load(&mut self, tab: &str, script: &str) {
        let declaration = format!("() => {{ {script} }}");
        self.ask(
            "script.addPreloadScript",
            json!({"functionDeclaration": declaration, "contexts": [tab]}),
        );
    }

    fn evaluate(&mut self, tab: &str, expression: &str) -> Result<Value, String> {
        self.remote_value(tab, expression).map(|value| plain(&value))
    }

    fn workers(&mut self) -> Vec<String> {
        self.take_in();
        self.workers.clone()
    }

    fn cpu_seconds(&mut self) -> f64 {
        let nanoseconds = self.evaluate_in_browser(
            "ChromeUtils.requestProcInfo().then(all => all.children.filter(process => /^web/.test(process.type))
                .reduce((sum, process) => sum + process.cpuTime, 0))",
        );
        nanoseconds.as_f64().unwrap() / 1e9
    }

    fn click(&mut self, tab: &str, x: f64, y: f64) {
        let mouse = json!({"type": "pointer", "parameters": {"pointerType": "mouse"}});
        let actions = vec![
            json!({"type": "pointerMove", "x": x, "y": y}),
            json!({"type": "pointerDown", "button": 0}),
            json!({"type": "pointerUp", "button": 0}),
        ];
        self.act(tab, mouse, actions);
    }

    fn press(&mut self, tab: &str, held: u8, key: &str) {
        // Behind the page's last element the focus goes to the browser's own buttons, where these keys do not go. A person
        // passes them and comes back.
        if self.evaluate(tab, "document.hasFocus()") == Ok(json!(false)) {
            self.evaluate_in_browser(
                "Services.wm.getMostRecentWindow('navigator:browser').gBrowser.selectedBrowser.focus()",
            );
        }
        let key = match key {
            "Enter" => "\u{E007}",
            "Escape" => "\u{E00C}",
            "ArrowDown" => "\u{E015}",
            "Tab" => "\u{E004}",
            character if character.chars().count() == 1 => character,
            other => panic!("the number of {other} is not known here"),
        };
        let held = ["\u{E00A}", "\u{E009}", "\u{E03D}", "\u{E008}"]
            .into_iter()
            .enumerate()
            .filter_map(|(bit, key)| (held & 1 << bit != 0).then_some(key));
        let held: Vec<_> = held.collect();
        let down = held
            .iter()
            .chain([&key])
            .map(|key| json!({"type": "keyDown", "value": key}));
        let up = [&key]
            .into_iter()
            .chain(&held)
            .map(|key| json!({"type": "keyUp", "value": key}));
        self.act(tab, json!({"type": "key"}), down.chain(up).collect());
    }

    fn type_text(&mut self, tab: &str, text: &str) {
        let keys = text.chars().map(|character| match character {
            '\n' => '\u{E007}',
            other => other,
        });
        // Typing nothing over what is selected leaves nothing.
        let keys: Vec<_> = if text.is_empty() {
            vec!['\u{E017}']
        } else {
            keys.collect()
        };
        let actions = keys
            .iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key})));
        self.act(tab, json!({"type": "key"}), actions.collect());
    }

    fn drop_files(&mut self, tab: &str, paths: &[&Path]) {
        self.hand_over(tab, paths, None);
    }

    fn choose_files(&mut self, tab: &str, selector: &str, paths: &[&Path]) {
        // What a field for folders is given, the protocol takes for files.
        if paths.iter().any(|path| path.is_dir()) {
            return self.hand_over(tab, paths, Some(selector));
        }
        let field = format!("document.querySelector({})", json!(selector));
        let field = self.remote_value(tab, &field).unwrap();
        self.put_into(
            tab,
            &field,
            &paths.iter().map(|path| path.to_path_buf()).collect::<Vec<_>>(),
        );
    }

    fn expect_dialog(&mut self, _: &str) {
        self.take_in();
        self.file_input = None;
    }

    fn choose_in_dialog(&mut self, tab: &str, paths: &[&Path]) {
        let started = Instant::now();
        let field = loop {
            self.evaluate(tab, "0").unwrap();
            self.take_in();
            if let Some(field) = self.file_input.take() {
                break field;
            }
            assert!(started.elapsed() < PATIENCE, "the dialog opens");
        };
        self.put_into(
            tab,
            &field,
            &paths.iter().map(|path| path.to_path_buf()).collect::<Vec<_>>(),
        );
    }

    fn screenshot(&mut self, tab: &str) -> Vec<u8> {
        let picture = self.ask("browsingContext.captureScreenshot", json!({"context": tab}));
        let picture = picture["data"].as_str().unwrap();
        base64::engine::general_purpose::STANDARD.decode(picture).unwrap()
    }

    fn look_as(&mut self, tab: &str, look: Option<Look>) {
        let scheme = look.map_or(2, |look| i32::from(look.scheme != "dark"));
        let colours = look.map_or(0, |look| if look.is_forced { 2 } else { 1 });
        let motion = i32::from(look.is_some());
        self.evaluate_in_browser(&format!(
            "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', {scheme});
             Services.prefs.setIntPref('browser.display.document_color_use', {colours});
             Services.prefs.setIntPref('ui.prefersReducedMotion', {motion});"
        ));
        let (width, height) = look.map_or((1280, 900), |look| (look.width, look.height));
        let viewport = json!({"width": width, "height": height});
        self.ask(
            "browsingContext.setViewport",
            json!({"context": tab, "viewport": viewport}),
        );
    }

    fn happened(&mut self) -> Vec<Happened> {
        self.take_in();
        std::mem::take(&mut self.happened)
    }

    fn close(&mut self) {
        let _ = self.try_ask("browser.close", json!({}));
        self.process.wait();
    }

    fn kill(&mut self) {
        self.process.kill();
    }
}

/// The value that the protocol describes.
fn plain(described: &Value) -> Value {
    let value = &described["value"];
    let entries = || value.as_array().into_iter().flatten();
    match described["type"].as_str().unwrap_or("") {
        "string" | "number" | "boolean" => value.clone(),
        "array" | "set" | "nodelist" | "htmlcollection" => entries().map(plain).collect(),
        "object" => entries()
            .map(|entry| (entry[0].as_str().unwrap_or("").to_owned(), plain(&entry[1])))
            .collect::<Map<_, _>>()
            .into(),
        _ => Value::Null,
    }
}

/// A file under its name; of a folder all that is in it, under the paths from it on.
fn files_of(path: &Path) -> Vec<(String, PathBuf)> {
    let top = path.parent().unwrap();
    let files = walkdir::WalkDir::new(path)
        .into_iter()
        .map(|entry| entry.unwrap().into_path());
    files
        .filter(|path| path.is_file())
        .map(|path| (path.strip_prefix(top).unwrap().display().to_string(), path))
        .collect()
}

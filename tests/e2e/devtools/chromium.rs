//! Chromium, over the DevTools protocol. One connection to the browser; pages and workers are sessions on it (the
//! protocol's "flat" mode).

use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::Instant;

use base64::Engine as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::wire::{Process, Wire};
use super::{Driver, Happened, Look, PATIENCE};

/// A running Chromium.
pub struct Chromium {
    process: Process,
    wire: Wire,
    /// The sessions of workers that run, of all tabs.
    workers: Vec<String>,
    /// The field whose dialog was opened last.
    file_input: Option<u64>,
    /// What was traced, while that is wanted, and whether all of it has come.
    traced: Vec<Value>,
    is_traced: bool,
    happened: Vec<Happened>,
}

impl Chromium {
    /// Starts a browser on a profile folder: an empty one is a new profile.
    pub fn launch(profile: Rc<TempDir>, downloads: &Path, flags: &[&str]) -> Self {
        let mut command = Command::new(std::env::var_os("CHROME").unwrap_or_else(|| "chromium".into()));
        command
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
            .arg("about:blank");
        let told = |text: &str| {
            text.split_once('\n')
                .map(|(port, path)| (port.to_owned(), path.to_owned()))
        };
        let (process, (port, path)) = Process::start(&mut command, profile, "DevToolsActivePort", told);
        let mut browser = Self {
            process,
            wire: Wire::connect(&port, &path),
            workers: Vec::new(),
            file_input: None,
            traced: Vec::new(),
            is_traced: false,
            happened: Vec::new(),
        };
        let params = json!({"behavior": "allow", "downloadPath": downloads, "eventsEnabled": true});
        browser.call(None, "Browser.setDownloadBehavior", params).unwrap();
        browser
    }

    /// Sends a command to the browser or to a session, and waits for its answer.
    fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Result<Value, String> {
        let mut message = json!({"method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        // A worker that ends has no more to say.
        let is_end = |event: &Value| {
            let is_end = event["method"] == "Target.detachedFromTarget";
            is_end && session.is_some_and(|session| event["params"]["sessionId"] == json!(session))
        };
        let Some(answer) = self.wire.ask(message, is_end) else {
            return Err(format!("{method}: the session has ended"));
        };
        match answer.get("error") {
            Some(error) => Err(format!("{method}: {error}")),
            None => Ok(answer["result"].clone()),
        }
    }

    fn dispatch_drag(&mut self, tab: &str, kinds: &[&str], paths: &[&Path]) {
        for kind in kinds {
            let data = json!({"items": [], "files": paths, "dragOperationsMask": 1});
            let params = json!({"type": kind, "x": 400, "y": 400, "data": data});
            self.do_in(tab, "Input.dispatchDragEvent", params);
        }
    }

    fn do_in(&mut self, tab: &str, method: &str, params: Value) -> Value {
        self.call(Some(tab), method, params).unwrap()
    }

    /// Takes in what was told until now.
    fn take_in(&mut self) {
        while let Some(event) = self.wire.events.pop_front() {
            let params = &event["params"];
            match event["method"].as_str().unwrap_or("") {
                "Target.attachedToTarget" if params["targetInfo"]["type"] == "worker" => {
                    let session = params["sessionId"].as_str().unwrap().to_owned();
                    // A worker may be gone already.
                    for domain in ["Network", "Runtime"] {
                        let _ = self.call(Some(&session), &format!("{domain}.enable"), json!({}));
                    }
                    self.workers.push(session);
                }
                "Target.detachedFromTarget" => {
                    self.workers.retain(|session| params["sessionId"] != json!(session));
                }
                "Tracing.dataCollected" => {
                    self.traced
                        .extend(params["value"].as_array().into_iter().flatten().cloned());
                }
                "Tracing.tracingComplete" => self.is_traced = true,
                "Page.fileChooserOpened" => self.file_input = params["backendNodeId"].as_u64(),
                "Runtime.exceptionThrown" => self.trouble(&params["exceptionDetails"]),
                "Runtime.consoleAPICalled" if params["type"] == "error" => self.trouble(&params["args"]),
                "Log.entryAdded" if params["entry"]["level"] == "error" => self.trouble(&params["entry"]),
                "Network.requestWillBeSent" => {
                    let url = params["request"]["url"].as_str().unwrap_or("").to_owned();
                    self.happened.push(Happened::Request(url));
                }
                _ => {}
            }
        }
    }

    fn trouble(&mut self, what: &Value) {
        self.happened.push(Happened::Trouble(what.to_string()));
    }
}

impl Driver for Chromium {
    fn open_tab(&mut self, address: &str) -> String {
        let target = json!({"url": address, "newWindow": true});
        let target = self.call(None, "Target.createTarget", target).unwrap();
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = self.call(None, "Target.attachToTarget", attach).unwrap();
        let session = session["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log", "Network", "DOM"] {
            self.do_in(&session, &format!("{domain}.enable"), json!({}));
        }
        let attach = json!({"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true});
        self.do_in(&session, "Target.setAutoAttach", attach);
        session
    }

    fn tabs(&mut self) -> usize {
        let targets = self.call(None, "Target.getTargets", json!({})).unwrap();
        let targets = targets["targetInfos"].as_array().unwrap().iter();
        targets.filter(|target| target["type"] == "page").count()
    }

    fn bring_to_front(&mut self, tab: &str) {
        self.do_in(tab, "Page.bringToFront", json!({}));
    }

    fn go(&mut self, tab: &str, address: &str) {
        self.do_in(tab, "Page.navigate", json!({"url": address}));
    }

    fn reload(&mut self, tab: &str) {
        self.do_in(tab, "Page.reload", json!({}));
    }

    fn before_load(&mut self, tab: &str, script: &str) {
        self.do_in(tab, "Page.addScriptToEvaluateOnNewDocument", json!({"source": script}));
    }

    fn evaluate(&mut self, tab: &str, expression: &str) -> Result<Value, String> {
        let params = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
            // What the policy forbids the page it forbids a test too.
            "allowUnsafeEvalBlockedByCSP": false,
        });
        let result = self.call(Some(tab), "Runtime.evaluate", params)?;
        match result.get("exceptionDetails") {
            Some(thrown) => Err(thrown.to_string()),
            None => Ok(result["result"]["value"].clone()),
        }
    }

    fn workers(&mut self) -> Vec<String> {
        // What it has to tell comes before its answer.
        let _ = self.call(None, "Target.getTargets", json!({}));
        self.take_in();
        self.workers.clone()
    }

    fn evaluate_in_worker(&mut self, worker: &str, expression: &str) -> Option<Value> {
        let params = json!({"expression": expression, "returnByValue": true});
        let answer = self.call(Some(worker), "Runtime.evaluate", params).ok()?;
        Some(answer["result"]["value"].clone())
    }

    fn cpu_seconds(&mut self) -> f64 {
        let processes = self.call(None, "SystemInfo.getProcessInfo", json!({})).unwrap();
        let processes = processes["processInfo"].as_array().unwrap().iter();
        let renderers = processes.filter(|process| process["type"] == "renderer");
        renderers.filter_map(|process| process["cpuTime"].as_f64()).sum()
    }

    fn as_app(&mut self, tab: &str) -> [Value; 2] {
        ["Page.getAppManifest", "Page.getInstallabilityErrors"].map(|method| self.do_in(tab, method, json!({})))
    }

    fn trace(&mut self, tab: &str, categories: &str, expression: &str) -> Vec<Value> {
        let params = json!({"categories": categories, "transferMode": "ReportEvents"});
        self.do_in(tab, "Tracing.start", params);
        self.evaluate(tab, expression).unwrap();
        self.is_traced = false;
        self.do_in(tab, "Tracing.end", json!({}));
        let started = Instant::now();
        while !self.is_traced {
            assert!(started.elapsed() < PATIENCE, "the trace comes");
            self.evaluate(tab, "0").unwrap();
            self.take_in();
        }
        std::mem::take(&mut self.traced)
    }

    fn click(&mut self, tab: &str, x: f64, y: f64) {
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.do_in(tab, "Input.dispatchMouseEvent", params);
        }
    }

    fn press(&mut self, tab: &str, held: u8, key: &str) {
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
            self.do_in(tab, "Input.dispatchKeyEvent", params);
        }
    }

    fn type_text(&mut self, tab: &str, text: &str) {
        self.do_in(tab, "Input.insertText", json!({"text": text}));
    }

    fn drag_files(&mut self, tab: &str, paths: &[&Path]) {
        self.dispatch_drag(tab, &["dragEnter", "dragOver"], paths);
    }

    fn drop_files(&mut self, tab: &str, paths: &[&Path]) {
        self.dispatch_drag(tab, &["dragEnter", "dragOver", "drop"], paths);
    }

    fn choose_files(&mut self, tab: &str, selector: &str, paths: &[&Path]) {
        let expression = format!("document.querySelector({})", json!(selector));
        let object = self.do_in(tab, "Runtime.evaluate", json!({"expression": expression}));
        let id = object["result"]["objectId"].clone();
        self.do_in(tab, "DOM.setFileInputFiles", json!({"files": paths, "objectId": id}));
    }

    fn expect_dialog(&mut self, tab: &str) {
        self.do_in(tab, "Page.setInterceptFileChooserDialog", json!({"enabled": true}));
        self.take_in();
        self.file_input = None;
    }

    fn choose_in_dialog(&mut self, tab: &str, paths: &[&Path]) {
        let started = Instant::now();
        let input = loop {
            self.do_in(tab, "Runtime.evaluate", json!({"expression": "0"}));
            self.take_in();
            if let Some(input) = self.file_input.take() {
                break input;
            }
            assert!(started.elapsed() < PATIENCE, "the dialog opens");
        };
        let params = json!({"files": paths, "backendNodeId": input});
        self.do_in(tab, "DOM.setFileInputFiles", params);
    }

    fn screenshot(&mut self, tab: &str) -> Vec<u8> {
        let picture = self.do_in(tab, "Page.captureScreenshot", json!({"format": "png"}));
        let picture = picture["data"].as_str().unwrap();
        base64::engine::general_purpose::STANDARD.decode(picture).unwrap()
    }

    fn look_as(&mut self, tab: &str, look: Option<Look>) {
        let (features, metrics) = match look {
            None => (
                json!([]),
                json!({"width": 0, "height": 0, "deviceScaleFactor": 0, "mobile": false}),
            ),
            Some(look) => (
                json!([
                    {"name": "prefers-color-scheme", "value": look.scheme},
                    {"name": "forced-colors", "value": if look.is_forced { "active" } else { "none" }},
                    {"name": "prefers-reduced-motion", "value": "reduce"},
                ]),
                json!({"width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": false}),
            ),
        };
        self.do_in(tab, "Emulation.setDeviceMetricsOverride", metrics);
        self.do_in(tab, "Emulation.setEmulatedMedia", json!({"features": features}));
    }

    fn happened(&mut self) -> Vec<Happened> {
        self.take_in();
        std::mem::take(&mut self.happened)
    }

    fn close(&mut self) {
        let _ = self.call(None, "Browser.close", json!({}));
        self.process.wait();
    }

    fn kill(&mut self) {
        self.process.kill();
    }
}

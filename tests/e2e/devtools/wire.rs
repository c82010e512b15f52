//! What both browsers have in common: a process with a profile, and a websocket on which JSON is asked and answered.

use std::collections::VecDeque;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

use super::PATIENCE;

/// A browser that runs, with a profile of its own.
pub struct Process {
    child: Child,
    /// Kept until the process has ended.
    profile: Rc<TempDir>,
}

impl Process {
    /// Starts it and waits until it has written where it listens into a file of its profile, which `read` understands.
    pub fn start<T>(
        command: &mut Command,
        profile: Rc<TempDir>,
        told_in: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> (Self, T) {
        let told_in = profile.path().join(told_in);
        // A profile that is opened again still has the file of before.
        let _ = std::fs::remove_file(&told_in);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let process = Self {
            child: child.unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program())),
            profile,
        };
        let started = Instant::now();
        loop {
            assert!(started.elapsed() < PATIENCE, "the browser says where it listens");
            let text = std::fs::read_to_string(&told_in).unwrap_or_default();
            if let Some(told) = read(&text) {
                return (process, told);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until it has ended by itself.
    pub fn wait(&mut self) {
        let _ = self.child.wait();
    }

    /// Kills it. Its other processes end when they notice, which nobody is faster than to open it again.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        self.wait();
        let profile = self.profile.path().display().to_string();
        let left = || Command::new("pgrep").args(["-f", &profile]).output();
        while left().is_ok_and(|found| found.status.success()) {
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(300));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        self.wait();
    }
}

/// The line to a browser.
pub struct Wire {
    socket: WebSocket<TcpStream>,
    next_id: u64,
    /// What it told without being asked, and nobody has looked at yet.
    pub events: VecDeque<Value>,
}

impl Wire {
    /// Connects.
    pub fn connect(port: &str, path: &str) -> Self {
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("the browser listens");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream).unwrap();
        Self {
            socket,
            next_id: 0,
            events: VecDeque::new(),
        }
    }

    /// Sends a message and waits for its answer; none if an event comes first that says there will be none.
    pub fn ask(&mut self, mut message: Value, is_end: impl Fn(&Value) -> bool) -> Option<Value> {
        self.next_id += 1;
        message["id"] = json!(self.next_id);
        self.socket.send(Message::text(message.to_string())).unwrap();
        loop {
            let message = match self.socket.read().expect("the browser answers") {
                Message::Text(text) => serde_json::from_str(&text).unwrap(),
                _ => Value::Null,
            };
            if message["id"] == json!(self.next_id) {
                return Some(message);
            }
            let ended = is_end(&message);
            self.events.push_back(message);
            if ended {
                return None;
            }
        }
    }
}

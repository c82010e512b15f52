//! Nothing leaves the page.

use std::collections::BTreeSet;
use std::net::UdpSocket;
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::devtools::{Needs, Page};
use crate::support::{Desk, Server, fixture};

#[test]
fn after_load_no_request_is_made_whatever_a_person_does() {
    let server = Server::start();
    let mut page = Desk::new().open(Some(&server.address));
    let expected = wait_until_loaded(&mut page, &server);
    page.note_events();
    page.requests.clear();
    let mut load = server.asked.lock().unwrap().clone();
    use_it(&mut page);
    // The worker's script is a blob of the page, and the export is read from one; the browser draws its own fields with
    // pictures that are written in their addresses.
    let is_inside = |url: &str| url.starts_with("blob:") || url.starts_with("data:");
    let outside: Vec<_> = page.requests.iter().filter(|url| !is_inside(url)).collect();
    assert_eq!(outside, Vec::<&String>::new());
    assert_eq!(*server.asked.lock().unwrap(), load);
    load.sort();
    assert_eq!(load, expected);
}

/// On Linux, as root or where others may make user namespaces: elsewhere it fails, and says so.
#[test]
fn in_a_network_of_its_own_the_browser_opens_no_connection_and_asks_for_no_name_after_load() {
    if Needs::Flags.is_missing() {
        return;
    }
    const INSIDE: &str = "MODELBOOK_NETWORK_OF_ITS_OWN";
    if std::env::var_os(INSIDE).is_none() {
        let name = "network::in_a_network_of_its_own_the_browser_opens_no_connection_and_asks_for_no_name_after_load";
        let status = in_a_network_of_its_own()
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(INSIDE, "1")
            .status();
        assert!(status.unwrap().success(), "what failed is above");
        return;
    }
    let server = Server::start();
    let mut page = Desk::with(&[ITS_MAKERS_HOSTS_ARE_NOT_FOUND]).open(Some(&server.address));
    wait_until_loaded(&mut page, &server);
    let names = names_asked_for();
    let after_load = attempts();
    use_it(&mut page);
    assert_eq!(attempts(), after_load, "{:?}", names.lock().unwrap());
    // Were there any, they would be seen: by address, and by name.
    for elsewhere in ["http://192.0.2.1/", "http://modelbook.invalid/"] {
        let before = attempts();
        let tab = page.open_tab_at(elsewhere);
        page.wait_for("location.protocol === 'chrome-error:'", "the browser has given up");
        assert_ne!(attempts(), before, "{elsewhere}");
        page.switch_to(tab);
    }
}

/// How the rest of a command is run where there is no network but one that belongs to nobody else: whatever address is
/// asked for, this machine answers, so that nothing gets out and everything is counted.
fn in_a_network_of_its_own() -> Command {
    const SET_UP: &str = "ip link set lo up && ip route add local 0.0.0.0/0 dev lo && exec \"$@\"";
    let unshare = |flags: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(flags);
        command
    };
    // Who is not root is root in there.
    let flags: [&[&str]; 2] = [&["--net"], &["--map-root-user", "--net"]];
    let works = |flags: &&&[&str]| unshare(flags).arg("true").status().is_ok_and(|status| status.success());
    let flags = flags.iter().find(works);
    let flags = flags.expect("`unshare --net` works: as root, or where the kernel lets others make user namespaces");
    let mut command = unshare(flags);
    command.args(["sh", "-c", SET_UP, "sh"]);
    command
}

/// Chromium asks for its maker's services whatever page is open, in spite of all flags. It is told that there are none;
/// every other name is asked for in earnest.
const ITS_MAKERS_HOSTS_ARE_NOT_FOUND: &str = "--host-resolver-rules=MAP *.google.com ~NOTFOUND, \
    MAP *.googleapis.com ~NOTFOUND, MAP *.gvt1.com ~NOTFOUND, MAP *.gstatic.com ~NOTFOUND";

/// How often anything in this network began a TCP connection, and sent a datagram over IPv4 and IPv6: questions for names
/// are such. The browser's own doings are counted with the page's. The tests' line to the browser stands already.
fn attempts() -> [u64; 3] {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/self/net/{name}")).unwrap();
    let (four, six) = (read("snmp"), read("snmp6"));
    let counter = |protocol: &str, name: &str| -> u64 {
        let mut lines = four
            .lines()
            .filter(|line| line.starts_with(protocol))
            .map(str::split_whitespace);
        let (names, numbers) = (lines.next().unwrap(), lines.next().unwrap());
        let (_, number) = names.zip(numbers).find(|(found, _)| *found == name).unwrap();
        number.parse().unwrap()
    };
    let datagrams = six.lines().find_map(|line| line.strip_prefix("Udp6OutDatagrams"));
    [
        counter("Tcp:", "ActiveOpens"),
        counter("Udp:", "OutDatagrams"),
        // A kernel without IPv6 counts none.
        datagrams.map_or(0, |number| number.trim().parse().unwrap()),
    ]
}

/// Answers every question for a name, wherever it is sent: there is none. Notes what was asked.
fn names_asked_for() -> Arc<Mutex<BTreeSet<String>>> {
    let names = Arc::new(Mutex::new(BTreeSet::new()));
    let (noted, socket) = (Arc::clone(&names), UdpSocket::bind("0.0.0.0:53").unwrap());
    std::thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            let asked = question[12..length].split(|byte| *byte == 0).next().unwrap();
            noted
                .lock()
                .unwrap()
                .insert(String::from_utf8_lossy(asked).into_owned());
            // An answer that says "no such name" (RFC 1035, section 4.1.1).
            question[2..4].copy_from_slice(&[0x81, 0x83]);
            let _ = socket.send_to(&question[..length], from);
        }
    });
    names
}

const MANIFEST: &str = "/manifest.webmanifest";

/// Waits until the load has ended: the service worker has its page, and the browser knows how it is installed. Gives what
/// was asked for, in alphabetical order.
fn wait_until_loaded(page: &mut Page, server: &Server) -> Vec<&'static str> {
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)");
    // The page, its service worker, and the page once more for this to keep.
    if Needs::App.is_missing_for("asking how the page is installed") {
        return vec!["/", "/", "/sw.js"];
    }
    while !server.asked.lock().unwrap().iter().any(|path| path == MANIFEST) {
        page.wait_for(
            "document.querySelector('link[rel=manifest]')",
            "the page says how it is installed",
        );
    }
    vec!["/", "/", MANIFEST, "/sw.js"]
}

/// What a person does in a day: files, a note with addresses in it, every view, out and in again.
fn use_it(page: &mut Page) {
    page.drop_files(&[
        &fixture("models/safetensors/tiny_cnn_v1_base.safetensors"),
        &fixture("models/hf/lora-adapter"),
    ]);
    page.wait_for_text("Register 2 new versions");
    page.click(".register-all");
    page.wait_for_text("2 registered and saved");
    page.click(".verdict.registered a");
    page.click("#add-note");
    page.fill(
        ".editor textarea",
        "![remote](http://127.0.0.1:9/image.png) [link](http://127.0.0.1:9/) [name](http://modelbook.invalid/)",
    );
    page.click(".save-note");
    page.wait_for("document.querySelector('.markdown a')", "the note is drawn");
    page.wait_until_saved();
    page.download(|page| page.click("#export"));
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.click("#import-confirm");
    page.wait_until_saved();
    page.fill("#search", "modelbook.invalid");
    page.wait_for_text("note: remote link name");
    for address in [
        "#/journal",
        "#/conflicts",
        "#/team",
        "#/what/",
        "#/model/tiny-cnn",
        "#/evolution/tiny-cnn",
    ] {
        page.evaluate(&format!("location.hash = '{address}'"));
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))");
    }
    page.assert_no_trouble();
}

#[test]
fn the_browser_refuses_every_attempt() {
    let server = Server::start();
    let mut page = Desk::new().open(Some(&server.address));
    let probe = format!("{}probe", server.address);
    for attempt in [
        "fetch(URL)",
        "new Promise((done, refused) => { const image = new Image(); image.onload = done; image.onerror = refused; image.src = URL; })",
        "new Promise((done, refused) => { const request = new XMLHttpRequest(); request.onload = done; request.onerror = refused; request.open('GET', URL); request.send(); })",
        "new Promise((done, refused) => { const socket = new WebSocket(URL.replace('http', 'ws')); socket.onopen = done; socket.onerror = refused; })",
        "new Promise((done, refused) => { const script = document.createElement('script'); script.onload = done; script.onerror = refused; script.src = URL; document.head.append(script); })",
        "new Promise((done, refused) => { const frame = document.createElement('iframe'); document.addEventListener('securitypolicyviolation', refused); frame.src = URL; document.body.append(frame); })",
    ] {
        let attempt = attempt.replace("URL", &format!("'{probe}'"));
        let outcome = page.evaluate(&format!("({attempt}).then(() => 'done', () => 'refused')"));
        assert_eq!(outcome, "refused", "{attempt}");
    }
    // A beacon says nothing of its fate: only the server can tell.
    page.evaluate(&format!("navigator.sendBeacon('{probe}')"));
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(!server.asked.lock().unwrap().iter().any(|path| path.contains("probe")));
}

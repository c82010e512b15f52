//! Serving the page on this machine, to this machine only.

use std::fs;
use std::net::Ipv4Addr;

use anyhow::{Result, anyhow, bail};
use tiny_http::{Header, Response, Server};

use crate::page;

/// Where the page is, unless said otherwise; the next free port if it is taken.
pub const PORT: u16 = 4273;

/// Builds the page, as it is released: an unoptimised one would hash at a hundredth of the speed. Serves until ended.
pub fn serve(port: u16, open: bool) -> Result<()> {
    page::dist()?;
    let read = |(name, kind): (&'static str, &str)| -> Result<_> {
        let header: Header = format!("Content-Type: {kind}")
            .parse()
            .map_err(|()| anyhow!("{kind}"))?;
        Ok((name, fs::read(page::site().join(name))?, header))
    };
    let files = page::SITE.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let (server, port) = listen(port)?;
    let address = format!("http://127.0.0.1:{port}/");
    println!("Modelbook is at {address} (Ctrl-C ends it)");
    let has_screen = cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|variable| std::env::var_os(variable).is_some());
    if open && has_screen && open::that_detached(&address).is_err() {
        println!("No browser could be started: open the address yourself.");
    }
    for request in server.incoming_requests() {
        let asked = match request.url().trim_start_matches('/') {
            "" => "index.html",
            name => name,
        };
        let answered = match files.iter().find(|(name, ..)| *name == asked) {
            Some((_, bytes, header)) => request.respond(Response::from_data(bytes.clone()).with_header(header.clone())),
            None => request.respond(Response::from_string("not here").with_status_code(404)),
        };
        // A browser that went away is no reason to end.
        drop(answered);
    }
    Ok(())
}

fn listen(first: u16) -> Result<(Server, u16)> {
    for port in first..first.saturating_add(20) {
        if let Ok(server) = Server::http((Ipv4Addr::LOCALHOST, port)) {
            return Ok((server, port));
        }
    }
    bail!("no free port from {first} on")
}

//! Serving the page on this machine, to this machine only.

use std::fs;
use std::net::Ipv4Addr;

use anyhow::{Result, bail};
use tiny_http::{Header, Response, Server};

use crate::page;

/// Where the page is, unless said otherwise; the next free port if it is taken.
pub const PORT: u16 = 4273;

/// Builds the page, as it is released: an unoptimised one would hash at a hundredth of the speed. Serves until ended.
pub fn serve(port: u16, open: bool) -> Result<()> {
    let html = fs::read(page::dist()?)?;
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
    let html_type: Option<Header> = "Content-Type: text/html; charset=utf-8".parse().ok();
    for request in server.incoming_requests() {
        let answered = match request.url() {
            "/" => {
                let response = Response::from_data(html.clone());
                request.respond(
                    html_type
                        .iter()
                        .fold(response, |response, header| response.with_header(header.clone())),
                )
            }
            _ => request.respond(Response::from_string("not here").with_status_code(404)),
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

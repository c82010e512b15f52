//! Building the page: one HTML file that holds everything, the compiled wasm included.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use lzma_rust2::{LzmaOptions, LzmaWriter};
use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::install::{self, TARGET};
use crate::modules::{KERNEL, Module, UNPACK, data_section};
use crate::{root, sh};

/// What the scripts say that run without the program: a file of constants, which the library has among its words.
#[path = "../../src/app/words/ui/stopped.rs"]
mod stopped;

/// The page may not be longer.
const HTML_BYTES_MAX: usize = 1_250_000;

/// Builds `dist/modelbook.html`, prints its measures and gives its path.
pub fn dist() -> Result<PathBuf> {
    install::wasm_target()?;
    let compiled = compile()?;
    check_paths(&compiled)?;
    let mut output = Bindgen::new()
        .input_bytes("modelbook", compiled)
        .no_modules(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    let wasm = output.wasm_mut().emit_wasm();
    let packed = lzma(&wasm)?;
    let small = |module: Module| gzip(&fs::read(module.build()?)?, Compression::best());
    let (kernel, unpack) = (small(KERNEL)?, small(UNPACK)?);
    let html = assemble(
        output.js(),
        &wasm,
        &[("@wasm@", &packed), ("@kernel@", &kernel), ("@unpack@", &unpack)],
    )?;

    let path = root().join("dist/modelbook.html");
    fs::create_dir_all(site())?;
    fs::write(&path, &html)?;
    lay_out_site(&html)?;
    let sizes = [
        wasm.len(),
        packed.len(),
        kernel.len(),
        unpack.len(),
        gzip(html.as_bytes(), Compression::default())?.len(),
    ];
    let [whole, packed, kernel, unpack, served] = sizes;
    println!(
        "wasm {whole} bytes, packed {packed}; beside it {kernel} and {unpack}; the page, served with gzip, {served}"
    );
    println!("{} {} bytes (at most {HTML_BYTES_MAX})", path.display(), html.len());
    println!("sha256 {}", hex(&Sha256::digest(&html)));
    if html.len() > HTML_BYTES_MAX {
        bail!("the page is longer than {HTML_BYTES_MAX} bytes");
    }
    Ok(path)
}

/// The files of a page that is hosted, and their types.
pub const SITE: [(&str, &str); 3] = [
    ("index.html", "text/html; charset=utf-8"),
    ("sw.js", "text/javascript; charset=utf-8"),
    ("manifest.webmanifest", "application/manifest+json"),
];

/// They stand in the manifest itself: the page's policy lets no picture be fetched.
const ICONS: [&str; 3] = ["icon.svg", "icon-192.png", "icon-512.png"];

/// Where they are laid out.
pub fn site() -> PathBuf {
    root().join("dist/site")
}

/// The same page beside its service worker, which knows it by its digest.
fn lay_out_site(html: &str) -> Result<()> {
    let worker = replace_once(&www("sw.js")?, "@version@", &hex(&Sha256::digest(html)))?;
    let mut manifest = www("manifest.webmanifest")?;
    for icon in ICONS {
        let bytes = fs::read(root().join("www").join(icon))?;
        manifest = replace_once(&manifest, &format!("@{icon}@"), &BASE64.encode(bytes))?;
    }
    for ((name, _), text) in SITE.into_iter().zip([html, &worker, &manifest]) {
        fs::write(site().join(name), text)?;
    }
    Ok(())
}

fn www(name: &str) -> Result<String> {
    fs::read_to_string(root().join("www").join(name)).with_context(|| format!("www/{name}"))
}

fn replace_once(text: &str, mark: &str, by: &str) -> Result<String> {
    if text.matches(mark).count() != 1 {
        bail!("{mark} must stand there once");
    }
    Ok(text.replace(mark, by))
}

/// Compiles the library for the browser. It has a target folder of its own, for its flags are its own too.
fn compile() -> Result<Vec<u8>> {
    let folder = root().join("target/page");
    let remap = |(path, name): (PathBuf, _)| format!("--remap-path-prefix={}={name}", path.display());
    let mut flags: Vec<_> = builder_paths()?.into_iter().map(remap).collect();
    // Leptos then draws through one type instead of one for every shape of view: a smaller page.
    flags.push("--cfg=erase_components".to_owned());
    let build = [
        "build",
        "--package",
        "modelbook",
        "--lib",
        "--release",
        "--locked",
        "--target",
        TARGET,
    ];
    // The separator allows for spaces in the paths.
    sh::run(
        sh::cargo(&build)
            .env("CARGO_TARGET_DIR", &folder)
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")),
    )?;
    let wasm = folder.join(TARGET).join("release/modelbook.wasm");
    fs::read(&wasm).with_context(|| format!("{} was not built", wasm.display()))
}

/// Folders of the builder's machine that panic messages would name, and what stands there instead.
fn builder_paths() -> Result<Vec<(PathBuf, &'static str)>> {
    let sysroot = sh::output(std::process::Command::new("rustc").args(["--print", "sysroot"]))?;
    let home = std::env::var_os("HOME")
        .or_else(|| std::env::var_os("USERPROFILE"))
        .map(PathBuf::from);
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(home?.join(".cargo")));
    let mut paths = vec![(root(), "modelbook"), (PathBuf::from(sysroot.trim()), "rust")];
    paths.extend(cargo_home.map(|path| (path, "cargo")));
    Ok(paths)
}

fn check_paths(wasm: &[u8]) -> Result<()> {
    for (path, _) in builder_paths()? {
        let path = path.display().to_string();
        if wasm.windows(path.len()).any(|window| window == path.as_bytes()) {
            bail!("the wasm names a folder of this machine: {path}");
        }
    }
    Ok(())
}

/// What a browser cannot unpack itself, and a module beside the page can: a quarter smaller.
fn lzma(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut options = LzmaOptions::with_preset(9);
    options.dict_size = u32::try_from(bytes.len())?.next_power_of_two();
    options.nice_len = LzmaOptions::NICE_LEN_MAX;
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, Some(bytes.len() as u64))?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}

/// What a browser unpacks itself.
fn gzip(bytes: &[u8], level: Compression) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Bytes as characters of seven bits each, the last filled up with zeros. A NUL, a carriage return and `<` do not come
/// through HTML as they are: they stand 128 higher. In UTF-8 that is 12 % less than Base64.
fn seven_bits(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 6 / 5);
    let (mut bits, mut held) = (0u16, 0);
    let mut write = |seven: u8| {
        text.push(char::from(match seven {
            0 | b'\r' | b'<' => seven | 0x80,
            _ => seven,
        }));
    };
    for byte in bytes {
        bits = bits << 8 | u16::from(*byte);
        held += 8;
        while held >= 7 {
            held -= 7;
            write((bits >> held & 0x7f) as u8);
        }
    }
    if held > 0 {
        write((bits << (7 - held) & 0x7f) as u8);
    }
    text
}

/// Puts all parts into `www/index.html`, with the hashes that the content security policy names.
fn assemble(glue: &str, wasm: &[u8], packed: &[(&str, &[u8])]) -> Result<String> {
    let [style, guard, stopped, boot, worker] =
        ["style.css", "guard.js", "stopped.js", "boot.js", "worker.js"].map(www);
    let (style, guard, worker) = (style?, guard?, worker?);
    let [stopped, boot] = worded([stopped?, boot?])?;
    let scripts = [
        ("guard.js", &*guard),
        ("stopped.js", &stopped),
        ("glue", glue),
        ("boot.js", &boot),
    ];
    for (name, text) in scripts.into_iter().chain([("worker.js", &*worker)]) {
        if text.contains("</script") || text.contains("<!--") {
            bail!("{name} would end its script element early");
        }
    }
    let mut html = www("index.html")?;
    let mut marks = vec![
        ("@style-hash@", csp_hash(&style)),
        ("@script-hashes@", scripts.map(|(_, text)| csp_hash(text)).join(" ")),
        ("@style@", style),
        ("@guard@", guard.clone()),
        ("@stopped@", stopped.clone()),
        ("@worker@", worker),
        ("@glue@", glue.to_owned()),
        ("@boot@", boot.clone()),
        ("@wasm-bytes@", wasm.len().to_string()),
        ("@wasm-constants@", data_section(wasm)?.to_string()),
    ];
    marks.extend(packed.iter().map(|(mark, bytes)| (*mark, seven_bits(bytes))));
    for (mark, text) in marks {
        html = replace_once(&html, mark, &text).context("www/index.html")?;
    }
    Ok(html)
}

/// Puts the words into the scripts, each where its mark is, within quotes.
fn worded<const N: usize>(mut scripts: [String; N]) -> Result<[String; N]> {
    for (mark, words) in stopped::MARKS {
        if words.contains(['"', '\\', '\n']) {
            bail!("{words:?} would end the literal that it stands in");
        }
        let mut places = scripts.iter_mut().filter(|script| script.contains(mark));
        let (Some(script), None) = (places.next(), places.next()) else {
            bail!("{mark} must stand in one script");
        };
        *script = replace_once(script, mark, words)?;
    }
    Ok(scripts)
}

/// A source expression of Content Security Policy, level 3, section 2.3.1.
fn csp_hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(Sha256::digest(text)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

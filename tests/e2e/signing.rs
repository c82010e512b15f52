//! Signed exports: made here, checked here and by another tool, refused where they were touched.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::devtools::Page;
use crate::support::{Desk, fixture};

#[test]
fn a_teammate_checks_who_signed_and_openssl_agrees() {
    let (mut ada, mut ben) = (Desk::new().open(None), Desk::new().open(None));
    let signed = signed_export(&mut ada);
    let fingerprint = ada.text("#own-fingerprint code");
    assert_eq!(fingerprint.split(' ').count(), 6, "{fingerprint}");
    openssl_verifies(&signed);

    ben.drop_files(&[&signed]);
    let told = ben.text("#preview-signature");
    assert!(told.contains("unknown key") && told.contains(&fingerprint), "{told}");
    ben.fill("#key-name", "Ada");
    ben.click("#name-key");
    ben.wait_for_text("Signed by Ada; the signature holds");
    ben.click("#import-confirm");
    ben.wait_until_saved();
    ben.reload();
    ben.drop_files(&[&signed]);
    ben.wait_for_text("Signed by Ada; the signature holds");
    ben.click("#import-cancel");

    // The key is the same after a reload, and its owner knows it.
    ada.reload();
    ada.drop_files(&[&signed]);
    ada.wait_for_text("Signed with your own key");
    ada.click("#import-cancel");
    let again = signed_export(&mut ada);
    assert_eq!(
        envelope(&again)["signatures"][0]["keyid"],
        envelope(&signed)["signatures"][0]["keyid"]
    );
    ada.assert_no_trouble();

    // Whoever touches the file is told so, each time in its own words.
    let mut cy = Desk::new().open(None);
    let other = signed_export(&mut cy);
    let folder = tempfile::tempdir().unwrap();
    let other_key = envelope(&other)["signatures"][0]["keyid"].clone();
    type Change = Box<dyn Fn(&mut Value)>;
    let changes: [(&str, Change); 6] = [
        (
            "changed after it was signed",
            Box::new(|envelope| {
                let payload = STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap();
                let payload = String::from_utf8(payload).unwrap().replace("tiny CNN", "tiny cnn");
                envelope["payload"] = STANDARD.encode(payload).into();
            }),
        ),
        (
            "with the key of Ada, and names another key",
            Box::new(move |envelope| envelope["signatures"][0]["keyid"] = other_key.clone()),
        ),
        (
            "is no catalogue",
            Box::new(|envelope| envelope["payloadType"] = "application/vnd.in-toto+json".into()),
        ),
        (
            "\"comment\" that is not signed",
            Box::new(|envelope| envelope["comment"] = "trust me".into()),
        ),
        (
            "\"name\" that is not signed",
            Box::new(|envelope| envelope["signatures"][0]["name"] = "Ada".into()),
        ),
        (
            "2 signatures, not one",
            Box::new(|envelope| {
                let signature = envelope["signatures"][0].clone();
                envelope["signatures"].as_array_mut().unwrap().push(signature);
            }),
        ),
    ];
    for (number, (words, change)) in changes.into_iter().enumerate() {
        let mut touched = envelope(&signed);
        change(&mut touched);
        let path = folder.path().join(format!("touched-{number}.modelbook.json"));
        fs::write(&path, touched.to_string()).unwrap();
        ben.drop_files(&[&path]);
        ben.wait_for_text(&format!("touched-{number}.modelbook.json"));
        ben.wait_for_text(words);
        assert_eq!(ben.texts("#preview").len(), 0, "{words}");
    }
    ben.assert_no_trouble();
}

fn signed_export(page: &mut Page) -> std::path::PathBuf {
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.click("#import-confirm");
    page.wait_until_saved();
    page.evaluate("location.hash = '#/team'");
    page.download(|page| page.click("#export-signed"))
}

fn envelope(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Has OpenSSL check the signature, over bytes that are put together here from what DSSE says.
fn openssl_verifies(path: &Path) {
    let envelope = envelope(path);
    let text = |value: &Value| STANDARD.decode(value.as_str().unwrap()).unwrap();
    let (payload, signature) = (text(&envelope["payload"]), text(&envelope["signatures"][0]["sig"]));
    let kind = envelope["payloadType"].as_str().unwrap();
    let mut signed = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    signed.extend(&payload);
    // A public key in DER is this head and the key's 32 bytes (RFC 8410).
    let mut key = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    let hex = envelope["signatures"][0]["keyid"].as_str().unwrap();
    key.extend((0..32).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()));
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let (signed, signature, key) = (
        file("signed", &signed),
        file("signature", &signature),
        file("key.der", &key),
    );
    let verify = |signed: &Path| {
        let mut openssl = Command::new("openssl");
        openssl.args(["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin", "-inkey"]);
        openssl.arg(&key).arg("-in").arg(signed).arg("-sigfile").arg(&signature);
        openssl.output().expect("OpenSSL is there").status.success()
    };
    assert!(verify(&signed), "OpenSSL agrees");
    assert!(!verify(&file("other", b"other bytes")), "and not to everything");
}

//! What a person may put on the page: files, folders, shards, and what is no good.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::devtools::Needs;
use crate::support::{Desk, Server, fixture, folder_digest, sha256sum};

/// Ways to put a folder on the page.
enum Way {
    Drop,
    Input,
}

#[test]
fn a_folder_is_one_version_whichever_way_it_comes() {
    // The second way into a dropped folder is the one of browsers without file handles. It fails on a page
    // from a file in Chromium, so it is tried on a served one.
    let server = Server::start();
    for (address, way, without_handles) in [
        (None, Way::Drop, false),
        (None, Way::Input, false),
        (Some(&*server.address), Way::Drop, true),
    ] {
        let folder = nested_folder();
        let mut page = Desk::new().open(address);
        if without_handles {
            page.evaluate("delete DataTransferItem.prototype.getAsFileSystemHandle");
        }
        match way {
            Way::Drop => page.drop_files(&[folder.path()]),
            Way::Input => page.choose_files("#folder", &[folder.path()]),
        }
        page.wait_for_text("New.");
        assert_eq!(page.text(".group-digest code"), folder_digest(folder.path()));
        page.fill(".model-name", "folder model");
        page.click(".register-one");
        page.wait_for_text("Saved: folder model v1");
        page.click(".verdict.registered a");
        page.wait_for("document.querySelector('#version-files')", "the files are listed");
        let paths = page.texts("#version-files td.path");
        assert_eq!(
            paths,
            ["adapter_config.json", "adapter_model.safetensors", "sub/été.txt"]
        );
        page.assert_no_trouble();
    }
}

#[test]
fn shards_are_one_version_and_the_person_may_decide_otherwise() {
    let shards = [1, 2].map(|n| fixture(&format!("models/gguf/tiny-split-0000{n}-of-00002.gguf")));
    let other = fixture("models/safetensors/unicode_names.safetensors");
    let mut page = Desk::new().open(None);
    page.drop_files(&[&shards[0], &other, &shards[1]]);
    page.wait_for_text("Register 2 new versions");
    assert_eq!(page.texts(".group h3").len(), 2);
    page.click(".split");
    page.wait_for_text("Register 3 new versions");
    page.click(".join");
    page.wait_for("document.querySelectorAll('.group').length === 1", "all is one version");
    page.click(".split");
    page.wait_for_text("Register 3 new versions");
    page.click(".register-all");
    page.wait_for_text("3 registered and saved");
    page.assert_no_trouble();
}

#[test]
fn the_same_bytes_twice_an_empty_file_and_a_pointer_are_told_for_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let model = fixture("models/safetensors/unicode_names.safetensors");
    let (copy, empty) = (folder.path().join("copy.bin"), folder.path().join("empty.bin"));
    fs::copy(&model, &copy).unwrap();
    File::create(&empty).unwrap();
    let pointer = fixture("models/lfs_pointers/tiny-llama-Q4_K_M.gguf");
    let mut page = Desk::new().open(None);
    page.drop_files(&[&model, &copy, &empty, &pointer]);
    page.wait_for_text("Register 2 new versions");
    page.wait_for_text("Same bytes as unicode_names.safetensors");
    page.wait_for_text("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let words = page.text(".lfs-pointer");
    assert!(words.contains("tiny-llama-Q4_K_M.gguf"), "{words}");
    assert!(
        words.contains("ae6c12fc10045b83e7da7522785241c191d46a473d086a3f41cb999022423819"),
        "{words}"
    );
    page.click(".register-all");
    page.wait_for_text("2 registered and saved");
    page.assert_no_trouble();
}

#[test]
fn a_file_that_changes_while_it_is_hashed_gets_no_digest_and_the_rest_goes_on() {
    if Needs::Changes.is_missing() {
        return;
    }
    gets_no_digest(0, append);
}

#[test]
fn one_of_many_files_that_changes_while_it_is_hashed_gets_no_digest_either() {
    if Needs::Changes.is_missing() {
        return;
    }
    gets_no_digest(300, append);
}

fn append(path: &Path) {
    let mut file = File::options().append(true).open(path).unwrap();
    file.write_all(b"more").unwrap();
}

#[test]
fn a_file_that_goes_while_it_is_hashed_gets_no_digest_and_the_rest_goes_on() {
    gets_no_digest(0, |path| fs::remove_file(path).unwrap());
}

/// Beside so many small ones: browsers give files of a drop of very many another way.
fn gets_no_digest(small_ones: usize, when: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("long.bin");
    File::create(&long).unwrap().set_len(1 << 30).unwrap();
    let mut page = Desk::new().open(None);
    let mut paths = vec![long.clone(), fixture("models/safetensors/unicode_names.safetensors")];
    paths.extend((0..small_ones).map(|number| {
        let path = folder.path().join(format!("small-{number}.bin"));
        fs::write(&path, number.to_string()).unwrap();
        path
    }));
    page.drop_files(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    page.wait_for("document.querySelector('.hashing')", "hashing has begun");
    when(&long);
    page.wait_for("document.querySelector('.troubles li')", "it is told");
    let told = page.text(".troubles li");
    assert!(
        told.contains("was changed, moved or deleted") && told.contains("long.bin"),
        "{told}"
    );
    page.wait_for_text(&match small_ones {
        0 => "Register 1 new version".to_owned(),
        more => format!("Register {} new versions", more + 1),
    });
    let has_digest = "[...document.querySelectorAll('.group')]
        .some(group => group.innerText.includes('long.bin') && group.querySelector('.group-digest'))";
    assert_eq!(page.evaluate(has_digest), false);
    page.assert_no_trouble();
}

#[test]
fn a_cancelled_file_can_be_hashed_again() {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("long.bin");
    File::create(&long).unwrap().set_len(1 << 30).unwrap();
    let mut page = Desk::new().open(None);
    page.drop_files(&[&long]);
    page.wait_for_text("/s");
    let pace = page.text(".pace");
    assert!(
        pace.contains("of 1.1 GB") && pace.contains("B/s") && pace.contains("left"),
        "{pace}"
    );
    page.click(".cancel");
    page.wait_for_text("Cancelled. No digest was recorded.");
    page.wait_for_no_worker();
    page.click(".retry");
    page.wait_for_text("New.");
    assert_eq!(page.text(".group-digest code"), sha256sum(&long));
    page.assert_no_trouble();
}

#[test]
fn a_browser_without_simd_gives_the_same_digests() {
    if Needs::Flags.is_missing() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("long.bin");
    File::create(&long).unwrap().set_len((8 << 20) + 5).unwrap();
    let model = fixture("models/safetensors/tiny_cnn_v1_base.safetensors");
    let mut told = Vec::new();
    for (desk, has_simd) in [(Desk::without_simd(), false), (Desk::new(), true)] {
        let mut page = desk.open(None);
        // A function that gives a vector, from the text format: (func (result v128) i32.const 0 i8x16.splat).
        let simd = "WebAssembly.validate(new Uint8Array([0,97,115,109,1,0,0,0,1,5,1,96,0,1,123,3,2,1,0,10,8,1,6,0,65,0,253,15,11]))";
        assert_eq!(page.evaluate(simd), has_simd);
        page.drop_files(&[&long, &model]);
        page.wait_for_text("Register 2 new versions");
        let marked = page.evaluate_in_workers("performance.getEntriesByType('mark').map(mark => mark.name)[0]");
        let kernel = if has_simd { "kernel: SIMD" } else { "kernel: scalar" };
        assert!(
            !marked.is_empty() && marked.iter().all(|name| name == kernel),
            "{marked:?}"
        );
        told.push(page.texts(".group-digest code"));
        page.assert_no_trouble();
    }
    assert_eq!(told[0], [sha256sum(&long), sha256sum(&model)]);
    assert_eq!(told[0], told[1]);
}

#[test]
fn i_drop_a_large_file_again_and_it_is_known_at_once_or_read_again_if_i_ask() {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("long.bin");
    File::create(&long).unwrap().set_len(32 << 20).unwrap();
    let desk = Desk::new();
    let mut page = desk.open(None);
    page.drop_files(&[&long]);
    page.wait_for_text("New.");
    assert!(!page.text(".group").contains("Not read now"));
    page.click(".register-one");
    page.wait_until_saved();
    page.browser.close();

    let mut page = desk.open(None);
    page.evaluate(
        "window.given = 0;
         const post = Worker.prototype.postMessage;
         Worker.prototype.postMessage = function (message, ...more) {
             given += message[1] instanceof File;
             return post.call(this, message, ...more);
         };
         0",
    );
    page.drop_files(&[&long]);
    page.wait_for_text("Known: long v1");
    assert!(
        page.text(".remembered")
            .contains("a file of this name, size and date was hashed on")
    );
    assert_eq!(page.text(".group-digest code"), sha256sum(&long));
    assert_eq!(page.evaluate("given"), 0);
    page.click(".hash-again");
    page.wait_for("!document.querySelector('.remembered')", "it was read");
    page.wait_for_text("Known: long v1");
    assert_eq!(page.evaluate("given"), 1);
    assert_eq!(page.text(".group-digest code"), sha256sum(&long));

    // With other bytes it has another date.
    File::options()
        .write(true)
        .open(&long)
        .unwrap()
        .write_all(b"other")
        .unwrap();
    page.click(".dismiss");
    page.drop_files(&[&long]);
    page.wait_for_text("New.");
    assert_eq!(page.text(".group-digest code"), sha256sum(&long));
    page.assert_no_trouble();
}

#[test]
fn when_a_worker_dies_its_files_are_hashed_by_others() {
    if Needs::Workers.is_missing() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let names = ["one.bin", "two.bin", "three.bin"];
    let paths = names.map(|name| folder.path().join(name));
    for path in &paths {
        File::create(path).unwrap().set_len(1 << 29).unwrap();
    }
    let mut page = Desk::new().open(None);
    page.drop_files(&paths.each_ref().map(|path| path.as_path()));
    page.wait_for("document.querySelectorAll('.hashing').length >= 3", "hashing has begun");
    let kill = "setTimeout(() => { throw new Error('killed') })";
    page.evaluate_in_workers(kill);
    page.wait_for(
        "document.querySelectorAll('.group-digest').length === 3",
        "all have their digests nevertheless",
    );
    assert_eq!(page.text(".group-digest code"), sha256sum(&paths[0]));

    // Killed again and again, it is told.
    page.click(".dismiss-all");
    let fourth = folder.path().join("four.bin");
    File::create(&fourth).unwrap().set_len(1 << 30).unwrap();
    page.drop_files(&[&fourth]);
    for _ in 0..2 {
        page.wait_for("document.querySelector('.hashing')", "it is hashed");
        let began = page.evaluate("performance.now()");
        page.wait_for(&format!("performance.now() > {began} + 300"), "a moment later");
        page.evaluate_in_workers(kill);
    }
    page.wait_for_text("The hashing worker ended while it had this file (Uncaught Error: killed).");
}

/// A folder with a folder in it, and a name beyond ASCII.
fn nested_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["adapter_config.json", "adapter_model.safetensors"] {
        fs::copy(fixture("models/hf/lora-adapter").join(name), folder.path().join(name)).unwrap();
    }
    write(&folder.path().join("sub/été.txt"), "nested");
    folder
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

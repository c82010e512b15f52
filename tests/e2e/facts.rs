//! What a file says of itself, on the page.

use crate::support::{Desk, assert_valid_export, fixture};

#[test]
fn a_person_sees_what_a_file_is_and_what_is_the_same_in_another() {
    let model = |name: &str| fixture(&format!("models/safetensors/{name}.safetensors"));
    let desk = Desk::new();
    let mut page = desk.open(None);
    page.drop_files(&[&model("tiny_cnn_v1_base")]);
    page.wait_for_text("38,476 parameters");
    assert!(page.text(".group .facts").contains("safetensors"));
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_for_text("Saved: tiny_cnn_v1_base v1");

    // The same network: with another header, with some other weights.
    page.drop_files(&[&model("tiny_cnn_v1_no_metadata")]);
    page.wait_for_text("Only the metadata differs from tiny_cnn_v1_base v1");
    page.drop_files(&[&model("tiny_cnn_v2_finetuned_head")]);
    page.wait_for_text("It has 16 of the 18 tensors of tiny_cnn_v1_base v1");

    // Another day, without the file.
    page.browser.close();
    let mut page = desk.open(None);
    page.click("#models tbody a");
    page.click("table.versions tbody a");
    page.wait_for_text("18 of 18");
    assert!(page.text("#facts").contains("apache-2.0") || page.text(".metadata summary").contains("5 values"));
    let rows = page.texts("#tensors tbody tr");
    assert_eq!(rows.len(), 18);
    page.fill("#tensor-filter", "fc1");
    page.wait_for_text("2 of 18");
    assert!(page.texts("#tensors tbody tr").iter().all(|row| row.contains("fc1.")));
    page.fill("#tensor-filter", "i64");
    page.wait_for_text("2 of 18");
    page.fill("#tensor-filter", "");
    page.click("#tensors th.number .sort");
    page.click("#tensors th.number .sort");
    page.wait_for(
        "document.querySelector('#tensors tbody tr').innerText.includes('fc1.weight')",
        "the largest comes first",
    );
    assert!(
        page.text("#tensors tbody tr").contains("b54ada63ffe670d7"),
        "the digest of its elements"
    );
    page.assert_no_trouble();
}

#[test]
fn what_is_wrong_with_a_file_is_said_and_its_digest_is_of_use() {
    let mut page = Desk::new().open(None);
    page.drop_files(&[&fixture("models/malformed/st_truncated_data.safetensors")]);
    page.wait_for_text("Partly read. It is cut off");
    page.wait_for_text("New.");
    page.drop_files(&[&fixture("models/malformed/wrong_extension/renamed_to_gguf.gguf")]);
    page.wait_for_text("The name says .gguf, the content is");
    page.assert_no_trouble();
}

#[test]
fn what_a_folder_claims_is_compared_with_its_files() {
    let mut page = Desk::new().open(None);
    page.drop_files(&[&fixture("models/hf/tiny-llama-missing-shard")]);
    page.wait_for_text(
        "model.safetensors.index.json needs model-00002-of-00003.safetensors, which is not among these files.",
    );
    page.drop_files(&[&fixture("models/safetensors/kohya_style_lora.safetensors")]);
    page.wait_for_text("The file says sshs_model_hash 0000");
    page.assert_no_trouble();
}

#[test]
fn a_teammate_looks_into_files_that_they_do_not_have() {
    let model = fixture("models/safetensors/tiny_cnn_v1_base.safetensors");
    let mut ada = Desk::new().open(None);
    ada.is_used_by("Ada");
    ada.drop_files(&[&model]);
    ada.wait_for_text("New.");
    ada.click(".register-one");
    ada.wait_for_text("Saved: tiny_cnn_v1_base v1");
    ada.click("nav.places a[href='#/team']");
    ada.click("#export-inspections");
    let export = ada.download(|page| page.click("#export"));
    assert_valid_export(&export);

    let mut ben = Desk::new().open(None);
    ben.drop_files(&[&export]);
    ben.wait_for_text("What 1 model file say of themselves");
    ben.click("#import-confirm");
    ben.wait_for_text("tiny_cnn_v1_base");
    ben.click("#models tbody a");
    ben.click("table.versions tbody a");
    ben.wait_for_text("18 of 18");
    assert!(ben.text("#read-by").contains("As the export of Ada says"));

    // Having the file, Ben's page has read it itself.
    ben.click("a.brand");
    ben.drop_files(&[&model]);
    ben.wait_for_text("Known");
    ben.click("#models tbody a");
    ben.click("table.versions tbody a");
    ben.wait_for_text("18 of 18");
    ben.wait_for("!document.querySelector('#read-by')", "it was read here");
    ben.assert_no_trouble();
}

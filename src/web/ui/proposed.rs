//! What could stand in a version's record: what its files say, and the versions that they have tensors in common with.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::kin;
use super::super::page::Page;
use super::answer::link;
use super::parts::foreign;
use crate::app::inspecting::Kinship;
use crate::app::prefill::{self, Proposal};
use crate::app::what::Answer;
use crate::app::words::ui::records as say;
use crate::app::{Message, words};
use crate::catalogue::properties::{Group, RELATIONS};
use crate::digest::Digest;
use crate::format::{Fingerprints, Inspected};
use crate::journal::Value;

/// What was kept of the files of a version, and what is akin to them.
#[derive(Clone, Default)]
struct Found {
    files: Vec<(String, Arc<Inspected>)>,
    kin: Vec<(Kinship, Digest)>,
}

/// All proposals for a version; nothing while there are none.
pub fn proposed(page: Page, id: String) -> impl IntoView {
    let found = RwSignal::new(Found::default());
    let facts = page.peek(|state| state.view().version(&id).map(|version| version.facts.clone()));
    spawn_local(async move {
        let (Some(facts), Some(store)) = (facts, page.store()) else {
            return;
        };
        let mut files = Vec::new();
        for file in &facts.files {
            // What cannot be read proposes nothing.
            if let Ok(Some(inspected)) = store.inspected(&file.sha256).await {
                files.push((file.path.clone(), Arc::new(inspected)));
            }
        }
        let inspected: Vec<_> = files.iter().map(|(_, file)| Arc::clone(file)).collect();
        let fingerprints = match inspected.as_slice() {
            [only] => only.fingerprints,
            all => Fingerprints::of(all.iter().flat_map(|file| &file.facts.tensors)),
        };
        let kin = kin::of_files(page, &fingerprints, &inspected, Some(facts.digest)).await;
        let kin = kin.unwrap_or_default();
        // The person may have gone on meanwhile.
        let _ = found.try_set(Found { files, kin });
    });
    let of = StoredValue::new(id);
    let proposals = page.memo(move |state| {
        let found = found.get();
        let files: Vec<_> = found.files.iter().map(|(path, file)| (path.clone(), &**file)).collect();
        let version = of.with_value(|id| state.view().version(id));
        version
            .map(|version| prefill::proposals(&version, &files))
            .unwrap_or_default()
    });
    // Versions of before, which are not its parents yet.
    let parents = page.memo(move |state| {
        let catalogue = state.view();
        let Some(version) = of.with_value(|id| catalogue.version(id)) else {
            return Vec::new();
        };
        let mut answers = Answer::of_kin(catalogue, &found.get().kin);
        answers.retain(|answer| {
            let other = catalogue.version(&answer.version);
            let is_before = other.is_some_and(|other| {
                other.created().map(|entry| entry.order()) < version.created().map(|entry| entry.order())
            });
            is_before && !version.has(&Group::Parent.field(&answer.version))
        });
        answers
    });
    view! {
        {move || parents.get().into_iter().map(|answer| parent(page, of.get_value(), answer)).collect_view()}
        {move || from_files(page, of.get_value(), proposals.get())}
    }
}

fn parent(page: Page, id: String, answer: Answer) -> impl IntoView {
    // The same weights in another form were converted; others were most often trained further.
    let guess = match answer.kinship {
        Some(Kinship::SamePayload | Kinship::SameWeights) => "converted",
        _ => "finetune",
    };
    let relation = RwSignal::new(guess.to_owned());
    let field = Group::Parent.field(&answer.version);
    let record = move |_| {
        page.send(Message::PropertiesSet {
            version: id.clone(),
            values: vec![(field.clone(), Some(Value::from(relation.get_untracked())))],
            reason: String::new(),
        });
    };
    let options = RELATIONS.map(|each| {
        view! {
            <option value=each selected=each == guess>
                {words::relation(each)}
            </option>
        }
    });
    view! {
        <p class="proposed parent">
            <span>{answer.kinship.map(words::kinship)} " " {link(&answer)}</span>
            <label>
                {say::RECORD_AS_PARENT}
                <select on:change=move |event| relation.set(event_target_value(&event))>{options.collect_view()}</select>
            </label>
            <button type="button" on:click=record>
                {say::RECORD_PARENT}
            </button>
        </p>
    }
}

fn from_files(page: Page, id: String, proposals: Vec<Proposal>) -> impl IntoView {
    let len = proposals.len();
    let all = {
        let (id, proposals) = (id.clone(), proposals.clone());
        move |_| proposals.iter().for_each(|proposal| take_over(page, &id, proposal))
    };
    let rows = proposals.into_iter().map(|proposal| {
        let id = id.clone();
        let (title, text, (path, key)) = (proposal.title(), proposal.text(), proposal.from.clone());
        let label = say::take_over(&title);
        view! {
            <tr>
                <td>{foreign(title)}</td>
                <td>{foreign(text)} " " <span class="faint">{foreign(words::from_file(&path, &key))}</span></td>
                <td class="number">
                    <button
                        type="button"
                        class="quiet"
                        aria-label=label
                        on:click=move |_| take_over(page, &id, &proposal)
                    >
                        {say::TAKE_OVER}
                    </button>
                </td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    (len > 0).then(|| {
        view! {
            <details class="proposed" id="from-files">
                <summary>{say::files_say_more(len)}</summary>
                <table class="properties">
                    <tbody>{rows}</tbody>
                </table>
                <button type="button" id="take-over-all" on:click=all>
                    {say::TAKE_OVER_ALL}
                </button>
            </details>
        }
    })
}

fn take_over(page: Page, id: &str, proposal: &Proposal) {
    let (path, key) = &proposal.from;
    page.send(Message::PropertiesSet {
        version: id.to_owned(),
        values: vec![(proposal.field.clone(), Some(proposal.value.clone()))],
        reason: words::from_file(path, key),
    });
}

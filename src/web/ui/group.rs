//! One group on the intake panel: files that are to be one version.

use leptos::prelude::*;

use super::super::page::Page;
use super::answer::{akin_to, answered, link};
use super::inspection;
use super::intake::bar;
use super::parts::{code_line, foreign, size, when};
use crate::app::foreign::mistaken_for;
use crate::app::inspecting::Summary;
use crate::app::intake::{FileId, FileStatus, Form, FormEdit, Group, GroupId, Standing, Verdict};
use crate::app::what::Answer;
use crate::app::words;
use crate::app::words::ui::{common, intake as say};
use crate::app::{Message, State};
use crate::catalogue::changes::{model_id, next_label};
use crate::digest::Digest;
use crate::journal::Timestamp;

/// How many files that have no digest are listed one by one.
const TROUBLES_SHOWN: usize = 20;

#[derive(Clone, PartialEq)]
struct Head {
    title: String,
    files: usize,
    size_bytes: u64,
    digest: Option<Digest>,
    standing: Standing,
}

/// A file that needs the person.
#[derive(Clone, PartialEq)]
struct Trouble {
    id: FileId,
    path: String,
    why: String,
}

/// A group: compact while it is one of many.
pub fn group(page: Page, id: GroupId, many: impl Fn() -> bool + Copy + Send + Sync + 'static) -> impl IntoView {
    let head = page.memo(move |state| state.intake.group(id).map(|group| Head::new(state, group)));
    let standing = Memo::new(move |_| head.with(|head| head.as_ref().map(|head| head.standing.clone())));
    let fixed = Memo::new(move |_| {
        head.with(|head| {
            head.as_ref()
                .map(|head| (head.title.clone(), head.files, head.size_bytes, head.digest))
        })
    });
    view! {
        <article class="group" class:compact=many>
            {move || {
                fixed
                    .get()
                    .map(|(title, files, size_bytes, digest)| {
                        view! {
                            <div class="group-head">
                                <h3>{foreign(title)}</h3>
                                <span class="faint">
                                    {(files > 1).then(|| common::files(files) + " · ")} {size(size_bytes)}
                                </span>
                                <button
                                    type="button"
                                    class="quiet dismiss"
                                    aria-label=say::TAKE_OFF
                                    on:click=move |_| page.send(Message::GroupDismissed(id))
                                >
                                    "×"
                                </button>
                            </div>
                            {digest
                                .map(|digest| {
                                    view! { <div class="group-digest">{code_line(common::THE_DIGEST, digest.to_string())}</div> }
                                })}
                        }
                    })
            }}
            {remembered(page, id)}
            {said(page, id)}
            {troubles(page, id)}
            {pointers(page, id)}
            {move || standing.get().map(|standing| stand(page, id, standing))}
        </article>
    }
}

/// That files were not read, for their digests are remembered.
fn remembered(page: Page, id: GroupId) -> impl IntoView {
    let remembered = page.memo(move |state| {
        let group = state.intake.group(id);
        let files = group.into_iter().flat_map(|group| state.intake.files_of(group));
        let remembered = files.filter_map(|file| match file.status {
            FileStatus::Hashed {
                remembered: Some(at), ..
            } => Some((at, file.file.id)),
            _ => None,
        });
        remembered.collect::<Vec<(Timestamp, FileId)>>()
    });
    let again = move |_| {
        for (_, file) in remembered.get_untracked() {
            page.send(Message::FileRetried(file));
        }
    };
    move || {
        let oldest = remembered.with(|remembered| remembered.iter().map(|(at, _)| *at).min())?;
        Some(view! {
            <p class="remembered faint">
                {words::NOT_READ_NOW} {when(oldest)} ". "
                <button type="button" class="quiet hash-again" on:click=again>
                    {common::HASH_AGAIN}
                </button>
            </p>
        })
    }
}

/// What the files say of themselves, as soon as that is read.
fn said(page: Page, id: GroupId) -> impl IntoView {
    let summary = page.memo(move |state| {
        let group = state.intake.group(id);
        Summary::of(&group.map(|group| state.intake.known(group)).unwrap_or_default())
    });
    move || summary.with(inspection::in_short)
}

/// Versions that have tensors in common with a new one.
fn akin(page: Page, id: GroupId) -> impl IntoView {
    let kin = page.memo(move |state| {
        let group = state.intake.group(id);
        Answer::of_kin(
            state.view(),
            group.map(|group| group.kin.as_slice()).unwrap_or_default(),
        )
    });
    move || kin.get().iter().map(akin_to).collect_view()
}

fn stand(page: Page, id: GroupId, standing: Standing) -> AnyView {
    match standing {
        Standing::Hashing(progress) => hashing(page, id, &progress).into_any(),
        Standing::Stopped { files } => view! { <p class="stopped">{say::stopped(files)}</p> }.into_any(),
        Standing::Ready(Verdict::New { kin }) => new(page, id, kin).into_any(),
        Standing::Ready(Verdict::Known(versions)) => known(page, id, versions).into_any(),
        Standing::Ready(Verdict::SameAs(other)) => {
            let title = page.peek(|state| state.intake.group(other).map(|other| state.intake.title(other)));
            view! { <p class="verdict">{say::SAME_BYTES.0} {foreign(title.unwrap_or_default())} {say::SAME_BYTES.1}</p> }
                .into_any()
        }
        Standing::Ready(Verdict::Pointer) => on_request(page, id, say::REGISTER_POINTER).into_any(),
        Standing::Registered { version, saved } => registered(page, &version, saved).into_any(),
    }
}

fn hashing(page: Page, id: GroupId, progress: &crate::app::progress::Progress) -> impl IntoView + use<> {
    let cancel = move |_| {
        let files = page.peek(|state| state.intake.group(id).map(|group| group.files.clone()));
        for file in files.unwrap_or_default().into_iter().rev() {
            page.send(Message::FileCancelled(file));
        }
    };
    view! {
        <div class="hashing">
            {bar(progress)} <span class="faint pace">{words::pace(progress)}</span>
            <button type="button" class="cancel" on:click=cancel>
                {common::CANCEL}
            </button>
        </div>
    }
}

fn new(page: Page, id: GroupId, kin: Vec<String>) -> impl IntoView {
    let kin: Vec<_> = kin.iter().filter_map(|version| answer_of(page, version)).collect();
    view! {
        <div class="verdict new">
            <strong>{say::NEW.0}</strong>
            {(!kin.is_empty())
                .then(|| view! { {say::NEW.1} {kin.iter().map(link).collect_view()} })}
        </div>
        {akin(page, id)}
        {form(page, id)}
    }
}

fn known(page: Page, id: GroupId, versions: Vec<String>) -> impl IntoView {
    let answers = versions.iter().filter_map(|version| answer_of(page, version));
    let answers = answers.map(|answer| answered(common::KNOWN, &answer)).collect_view();
    view! {
        <div class="verdict known">{answers}</div>
        {on_request(page, id, say::REGISTER_ELSEWHERE)}
    }
}

/// What is known of a version now; it is not drawn anew when that changes.
fn answer_of(page: Page, version: &str) -> Option<Answer> {
    page.peek(|state| {
        let version = state.catalogue.version(version)?;
        Some(Answer::new(&state.catalogue, &version, None))
    })
}

/// The form behind a button, where registering is not what most people want.
fn on_request(page: Page, id: GroupId, words: &'static str) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="quiet on-request" on:click=move |_| open.update(|open| *open = !*open)>
            {words}
        </button>
        {move || open.get().then(|| form(page, id))}
    }
}

fn registered(page: Page, version: &str, saved: bool) -> impl IntoView + use<> {
    let answer = answer_of(page, version);
    view! {
        <p class="verdict registered">
            <strong>{if saved { say::KEPT } else { say::BEING_KEPT }}</strong>
            {answer.as_ref().map(link)}
        </p>
    }
}

fn form(page: Page, id: GroupId) -> impl IntoView {
    let form = page.memo(move |state| {
        state
            .intake
            .group(id)
            .map(|group| group.form.clone())
            .unwrap_or_default()
    });
    let files = page.memo(move |state| state.intake.group(id).map_or(0, |group| group.files.len()));
    let name = Memo::new(move |_| form.with(|form| form.model_name.clone()));
    let twin = Memo::new(move |_| name.with(|name| page.peek(|state| mistaken_for(&state.catalogue, name))));
    let proposed = page.memo(move |state| {
        let name = state
            .intake
            .group(id)
            .map(|group| group.form.model_name.clone())
            .unwrap_or_default();
        let (model, exists) = model_id(&state.catalogue, &name);
        (next_label(&state.catalogue, &model), exists)
    });
    let edit = move |edit: fn(String) -> FormEdit| {
        move |event| page.send(Message::FormEdited(id, edit(event_target_value(&event))))
    };
    let of = move |part: fn(&Form) -> &String| move || form.with(|form| part(form).clone());
    view! {
        <form
            class="register"
            on:submit=move |event| {
                event.prevent_default();
                page.send(Message::GroupRegistered(id));
            }
        >
            <label>
                <span>
                    {say::MODEL_NAME}
                    <span class="faint">{move || if proposed.get().1 { say::EXISTING_MODEL } else { say::NEW_MODEL }}</span>
                </span>
                <input
                    type="text"
                    class="model-name"
                    list="model-names"
                    required
                    maxlength="200"
                    prop:value=of(|form| &form.model_name)
                    on:input=edit(FormEdit::ModelName)
                />
                {move || {
                    let twin = twin.get();
                    twin.map(|other| view! { <small class="mistaken-for" role="status">{words::mistaken_for(&other)}</small> })
                }}
            </label>
            <label class="short">
                <span>{common::LABEL}</span>
                <input
                    type="text"
                    class="label-text"
                    maxlength="100"
                    placeholder=move || proposed.get().0
                    prop:value=of(|form| &form.label)
                    on:input=edit(FormEdit::Label)
                />
            </label>
            <label class="wide">
                <span>
                    {say::NOTE_FIELD.0} <span class="faint">{say::NOTE_FIELD.1}</span>
                </span>
                <textarea
                    class="note-text"
                    rows="2"
                    placeholder=say::NOTE_HINT
                    prop:value=of(|form| &form.note)
                    on:input=edit(FormEdit::Note)
                ></textarea>
            </label>
            <div class="buttons">
                <button type="submit" class="primary register-one">
                    {common::REGISTER}
                </button>
                <Show when=move || { files.get() > 1 }>
                    <button type="button" class="split" on:click=move |_| page.send(Message::GroupSplit(id))>
                        {say::AS_MANY}
                    </button>
                </Show>
            </div>
        </form>
    }
}

/// Files that were cancelled or could not be read.
fn troubles(page: Page, id: GroupId) -> impl IntoView {
    let troubles = page.memo(move |state| {
        let group = state.intake.group(id);
        let files = group.into_iter().flat_map(|group| state.intake.files_of(group));
        let trouble = |file: &crate::app::intake::IntakeFile| {
            let why = match &file.status {
                FileStatus::Cancelled => say::CANCELLED.to_owned(),
                FileStatus::Failed(error) => words::read_error(error),
                _ => return None,
            };
            Some(Trouble {
                id: file.file.id,
                path: file.file.path.clone(),
                why,
            })
        };
        files.filter_map(trouble).collect::<Vec<_>>()
    });
    let left = move || troubles.with(Vec::len).saturating_sub(TROUBLES_SHOWN);
    view! {
        <ul class="troubles" class:hidden=move || troubles.with(Vec::is_empty)>
            {move || troubles.get().into_iter().take(TROUBLES_SHOWN).map(|trouble| one_trouble(page, trouble)).collect_view()}
            {move || (left() > 0).then(|| view! { <li>{common::and_more(left())}</li> })}
        </ul>
    }
}

fn one_trouble(page: Page, trouble: Trouble) -> impl IntoView {
    let id = trouble.id;
    view! {
        <li>
            <span>{trouble.why} " " {foreign(trouble.path)}</span>
            <span class="buttons">
                <button type="button" class="retry" on:click=move |_| page.send(Message::FileRetried(id))>
                    {common::HASH_AGAIN}
                </button>
                <button type="button" class="quiet leave-out" on:click=move |_| page.send(Message::FileLeftOut(id))>
                    {say::LEAVE_OUT}
                </button>
            </span>
        </li>
    }
}

/// Files that are no models but git-lfs pointers to one.
fn pointers(page: Page, id: GroupId) -> impl IntoView {
    let pointers = page.memo(move |state| {
        let group = state.intake.group(id);
        let files = group.into_iter().flat_map(|group| state.intake.files_of(group));
        let pointer = |file: &crate::app::intake::IntakeFile| match &file.status {
            FileStatus::Hashed {
                pointer: Some(pointer), ..
            } => {
                let known = state
                    .catalogue
                    .versions_with(&pointer.oid)
                    .first()
                    .map(|version| words::title(&state.catalogue, &version.record_ref()));
                Some((file.file.path.clone(), *pointer, known))
            }
            _ => None,
        };
        files.filter_map(pointer).take(TROUBLES_SHOWN).collect::<Vec<_>>()
    });
    move || {
        let one = |(path, pointer, known): (String, crate::format::LfsPointer, Option<String>)| {
            view! {
                <p class="warning lfs-pointer">
                    <strong>{say::POINTER.0}</strong>
                    {foreign(path)}
                    {say::POINTER.1}
                    {size(pointer.size_bytes)}
                    {say::POINTER.2}
                    <code class="digest">{pointer.oid.to_string()}</code>
                    {known.map(|name| view! { {say::POINTER.3} <strong>{foreign(name)}</strong> })}
                    {say::POINTER.4}
                </p>
            }
        };
        pointers.get().into_iter().map(one).collect_view()
    }
}

impl Head {
    fn new(state: &State, group: &Group) -> Self {
        let sizes = state.intake.files_of(group).map(|file| file.file.size_bytes);
        Self {
            title: state.intake.title(group),
            files: group.files.len(),
            size_bytes: sizes.fold(0, u64::saturating_add),
            digest: group.digest,
            standing: state.intake.standing(group, &state.catalogue, state.writing.saved()),
        }
    }
}

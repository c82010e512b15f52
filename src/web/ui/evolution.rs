//! How a model came to be what it is: its metrics over versions, its lineage, what was decided.

use leptos::html::Div;
use leptos::prelude::*;

use super::super::js::Listener;
use super::super::page::Page;
use super::parts::{by, foreign, shown_rows, when};
use super::picture::picture;
use crate::app::evolution::{self, AXES, Choice, Decided, Family, Figure, Form, Metrics, SERIES_MAX, TermRow};
use crate::app::route::Route;
use crate::app::words::ui::{common, evolution as say};
use crate::app::{Message, words};
use crate::insight::decisions::Kind;
use crate::insight::evolution::Axis;

/// How many decisions are listed before the person asks for more.
const DECISIONS: usize = 20;

/// So many metrics are listed at once; of more the list is opened.
const KEYS_SHOWN: usize = 12;

/// The page of a model's evolution. What of its metrics is shown stands in the address.
pub fn evolution(page: Page, model: String) -> impl IntoView {
    let of = StoredValue::new(model.clone());
    let name = page.memo(move |state| of.with_value(|id| Some(state.view().model(id)?.name().to_owned())));
    move || match name.get() {
        Some(name) => view! {
            <nav class="crumbs" aria-label=common::BREADCRUMBS>
                <a href="#/">{common::MODELS}</a>
                " / "
                <a href=Route::Model(model.clone()).to_string()>{foreign(name.clone())}</a>
            </nav>
            <h1>{foreign(name)} " " <span class="label">{say::EVOLUTION}</span></h1>
            {body(page, of)}
        }
        .into_any(),
        None => view! { <h1>{common::NO_SUCH_MODEL}</h1> <p>{common::NOT_HERE}</p> }.into_any(),
    }
}

fn body(page: Page, model: StoredValue<String>) -> impl IntoView {
    let (whole, width) = measured();
    let choice = page.memo(|state| match &state.route {
        Route::Evolution(_, choice) => choice.clone(),
        _ => Choice::default(),
    });
    // All of it hangs on the journal alone, and is not looked for anew while files are hashed.
    let metrics = page.memo_of_entries(move |state| {
        let (choice, width) = (choice.get(), width.get()?);
        Some(model.with_value(|model| evolution::metrics(state.view(), model, &choice, width)))
    });
    let family = page.memo_of_entries(move |state| {
        let width = width.get()?;
        Some(model.with_value(|model| evolution::family(state.view(), model, width)))
    });
    let decided = page.memo_of_entries(move |state| model.with_value(|model| evolution::decided(state.view(), model)));
    view! {
        <div node_ref=whole></div>
        {of_metrics(page, model, choice, metrics)}
        {lineage(page, move || family.get())}
        {decisions(decided)}
    }
}

/// Something as wide as the page is, and how wide that is once it is known: pictures are made for it.
fn measured() -> (NodeRef<Div>, RwSignal<Option<f64>>) {
    /// What a figure has around its picture, as in the style sheet.
    const AROUND: i32 = 22;
    let whole: NodeRef<Div> = NodeRef::new();
    let width = RwSignal::new(None);
    let measure = move || {
        let now = whole.try_get_untracked().flatten().map(|whole| whole.client_width());
        let now = now.filter(|now| *now > AROUND).map(|now| f64::from(now - AROUND));
        if now.is_some() && width.try_get_untracked().is_some_and(|before| before != now) {
            width.set(now);
        }
    };
    // It is in the page by the next frame.
    request_animation_frame(measure);
    let resized = Listener::new(&window(), "resize", move |_: web_sys::Event| measure());
    let resized = StoredValue::new_local(resized);
    on_cleanup(move || resized.dispose());
    (whole, width)
}

fn of_metrics(
    page: Page,
    model: StoredValue<String>,
    choice: Memo<Choice>,
    metrics: Memo<Option<Metrics>>,
) -> impl IntoView {
    let read = move |read: fn(&Metrics) -> String| metrics.with(|metrics| metrics.as_ref().map(read));
    let shown = Memo::new(move |_| metrics.with(|metrics| metrics.as_ref()?.picture.clone()));
    let is_drawn = move || shown.with(Option::is_some);
    let is_empty = move || metrics.with(|metrics| metrics.as_ref().is_some_and(|metrics| metrics.picture.is_none()));
    let figure: NodeRef<Div> = NodeRef::new();
    // The newest versions are on the right.
    Effect::new(move |_| {
        shown.track();
        if let Some(figure) = figure.get() {
            request_animation_frame(move || figure.set_scroll_left(i32::MAX));
        }
    });
    let by_axis = move |event| {
        let word = event_target_value(&event);
        let axis = AXES.iter().find(|(_, other)| *other == word).map(|(axis, _)| *axis);
        let metrics = choice.with(|choice| choice.metrics.clone());
        let choice = Choice {
            metrics,
            axis: axis.unwrap_or_default(),
        };
        page.go(&Route::Evolution(model.get_value(), choice));
    };
    let axis_option = move |(axis, word): (Axis, &'static str)| {
        let is_it = choice.with_untracked(|choice| choice.axis == axis);
        view! {
            <option value=word selected=is_it>
                {words::axis_name(axis)}
            </option>
        }
    };
    let axis_word = move || {
        let known = AXES.iter().find(|(axis, _)| choice.with(|choice| choice.axis == *axis));
        known.map(|(_, word)| *word)
    };
    view! {
        <section id="metrics" aria-labelledby="metrics-title">
            <h2 id="metrics-title">{say::METRICS_AND_ALIASES}</h2>
            <p class="faint" id="versions-told">
                {move || read(|metrics| metrics.told.clone())}
            </p>
            <Show when=is_drawn>
                {keys(page, model, choice, metrics)} <p class="buttons">
                    <select
                        id="axis"
                        aria-label=say::IN_LINE_BY
                        on:change=by_axis
                        prop:value=axis_word
                    >
                        {AXES.into_iter().map(axis_option).collect_view()}
                    </select>
                    {save_buttons(page, Figure::Metrics)}
                </p>
                <div class="figure" node_ref=figure tabindex="0" role="region" aria-label=say::METRICS_DRAWN>
                    {move || shown.get().map(picture)}
                </div>
                {move || metrics.get().map(tables)}
            </Show>
            <Show when=is_empty>
                <p>{say::NOTHING_TO_DRAW}</p>
            </Show>
        </section>
    }
}

/// What was measured, to choose from.
fn keys(page: Page, model: StoredValue<String>, choice: Memo<Choice>, metrics: Memo<Option<Metrics>>) -> impl IntoView {
    let names = Memo::new(move |_| {
        let names = |metrics: &Metrics| metrics.keys.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        metrics.with(|metrics| metrics.as_ref().map(names).unwrap_or_default())
    });
    let shown = move || {
        metrics.with(|metrics| {
            let keys = metrics.iter().flat_map(|metrics| &metrics.keys);
            keys.filter(|(_, is)| *is)
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        })
    };
    let key = move |name: String| {
        let (of_change, of_box) = (name.clone(), name.clone());
        let is_shown = move || shown().contains(&of_box);
        let is_free = is_shown.clone();
        let is_too_many = move || !is_free() && shown().len() >= SERIES_MAX;
        let change = move |event| {
            let is = event_target_checked(&event);
            let chosen = choice.with(|choice| choice.with(&shown(), &of_change, is));
            page.go(&Route::Evolution(model.get_value(), chosen));
        };
        view! {
            <label>
                <input
                    type="checkbox"
                    name=name.clone()
                    prop:checked=is_shown
                    prop:disabled=is_too_many
                    on:change=change
                />
                " "
                {foreign(name)}
            </label>
        }
    };
    let len = move || names.with(Vec::len);
    let is_choice = move || len() > 1;
    view! {
        <Show when=is_choice>
            <details id="keys" open=move || len() <= KEYS_SHOWN>
                <summary>{move || say::metrics_shown(shown().len(), len())}</summary>
                <fieldset class="keys" aria-label=say::METRICS_TO_SHOW>
                    {move || names.get().into_iter().map(key).collect_view()}
                </fieldset>
            </details>
        </Show>
    }
}

fn save_buttons(page: Page, figure: Figure) -> impl IntoView {
    let button = move |(form, words): (Form, &'static str)| {
        let save = move |_| page.send(Message::PictureExported(figure, form));
        let class = if form == Form::Svg { "save-svg" } else { "save-png" };
        view! {
            <button type="button" class=class on:click=save>
                {words}
            </button>
        }
    };
    let forms = [(Form::Svg, say::SAVE_SVG), (Form::Png, say::SAVE_PNG)];
    forms.into_iter().map(button).collect_view()
}

/// The same as tables, for who reads rather than looks.
fn tables(metrics: Metrics) -> impl IntoView {
    let heads = metrics
        .columns
        .into_iter()
        .map(|column| view! { <th scope="col">{foreign(column)}</th> });
    let row = |(href, label, values): (String, String, Vec<String>)| {
        let values = values.into_iter().map(|value| view! { <td>{value}</td> });
        view! {
            <tr>
                <th scope="row">
                    <a href=href>{foreign(label)}</a>
                </th>
                {values.collect_view()}
            </tr>
        }
    };
    let term = |term: TermRow| {
        view! {
            <tr>
                <th scope="row">{foreign(term.alias)}</th>
                <td>{foreign(term.holders)}</td>
                <td>{when(term.from)}</td>
                <td>{term.until.map(when)}</td>
                <td>{foreign(term.author)}</td>
                <td>{foreign(term.reason)}</td>
            </tr>
        }
    };
    view! {
        <details class="as-table" id="metrics-table">
            <summary>{say::AS_TABLES}</summary>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{common::VERSION}</th>
                        {heads.collect_view()}
                    </tr>
                </thead>
                <tbody>{metrics.rows.into_iter().map(row).collect_view()}</tbody>
            </table>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{common::ALIAS}</th>
                        <th scope="col">{say::HELD_BY}</th>
                        <th scope="col">{common::FROM}</th>
                        <th scope="col">{say::UNTIL}</th>
                        <th scope="col">{say::MOVED_BY}</th>
                        <th scope="col">{say::REASON}</th>
                    </tr>
                </thead>
                <tbody>{metrics.terms.into_iter().map(term).collect_view()}</tbody>
            </table>
        </details>
    }
}

fn lineage(page: Page, family: impl Fn() -> Option<Family> + Copy + Send + Sync + 'static) -> impl IntoView {
    let shown = move |family: Family| {
        let told = (!family.told.is_empty()).then(|| view! { <p class="faint">{family.told}</p> });
        let Some(drawn) = family.picture else {
            return view! {
                <p>{say::NO_LINEAGE}</p>
            }
            .into_any();
        };
        let cell = |(text, href): (String, Option<String>)| match href {
            Some(href) => view! { <a href=href>{foreign(text)}</a> }.into_any(),
            None => foreign(text).into_any(),
        };
        let row = |cells: [(String, Option<String>); 3]| {
            let cells = cells.into_iter().map(|text| view! { <td>{cell(text)}</td> });
            view! { <tr>{cells.collect_view()}</tr> }
        };
        view! {
            {told}
            <p class="buttons">{save_buttons(page, Figure::Lineage)}</p>
            <div class="figure tall" tabindex="0" role="region" aria-label=say::LINEAGE_DRAWN>
                {picture(drawn)}
            </div>
            <details class="as-table" id="lineage-table">
                <summary>{say::AS_A_TABLE}</summary>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{common::VERSION}</th>
                            <th scope="col">{say::RELATION}</th>
                            <th scope="col">{say::MADE_FROM}</th>
                        </tr>
                    </thead>
                    <tbody>{family.rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </details>
        }
        .into_any()
    };
    view! {
        <section id="lineage" aria-labelledby="lineage-title">
            <h2 id="lineage-title">{say::LINEAGE}</h2>
            {move || family().map(shown)}
        </section>
    }
}

fn decisions(decided: Memo<Vec<Decided>>) -> impl IntoView {
    let kind = RwSignal::new(None::<Kind>);
    let is_wanted = |kind: Option<Kind>, one: &Decided| kind.is_none_or(|kind| kind == one.kind);
    let len = move || {
        let kind = kind.get();
        decided.with(|all| all.iter().filter(|one| is_wanted(kind, one)).count())
    };
    let (limit, more) = shown_rows(DECISIONS, len);
    let line = |one: Decided| {
        let told = foreign(one.told);
        let told = match one.href {
            Some(href) => view! { <a href=href>{told}</a> }.into_any(),
            None => told.into_any(),
        };
        view! {
            <li>
                <div class="side">
                    <span class="value">{told}</span>
                    <span class="faint">
                        {when(one.at)} {foreign(by(&one.author))}
                        {(!one.reason.is_empty()).then(|| view! { ": " {foreign(one.reason)} })}
                    </span>
                </div>
            </li>
        }
    };
    let lines = move || {
        let (kind, limit) = (kind.get(), limit.get());
        decided.with(|all| {
            let wanted = all.iter().filter(|one| is_wanted(kind, one)).take(limit);
            wanted.cloned().map(line).collect_view()
        })
    };
    let choose = move |event| {
        let word = event_target_value(&event);
        let known = Kind::ALL.iter().find(|(_, other)| *other == word);
        kind.set(known.map(|(kind, _)| *kind));
        limit.set(DECISIONS);
    };
    let kind_option =
        |(kind, word): (Kind, &'static str)| view! { <option value=word>{words::decision_kind(kind)}</option> };
    let kinds = Kind::ALL.into_iter().map(kind_option).collect_view();
    view! {
        <section id="decisions" aria-labelledby="decisions-title">
            <h2 id="decisions-title">{say::DECISIONS}</h2>
            <p class="buttons">
                <select id="decisions-kind" aria-label=common::WHAT_IS_LISTED on:change=choose>
                    <option value="">{common::ALL}</option>
                    {kinds}
                </select>
                <span class="faint" role="status">
                    {move || common::decisions(len())}
                </span>
            </p>
            <ol class="acts">{lines}</ol>
            {more}
        </section>
    }
}

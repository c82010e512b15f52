//! Who holds an alias, how far it was cleared for that, and why it was not moved.

use super::{Level, Notice};
use crate::catalogue::aliases::holders;
use crate::catalogue::protection::Clearance;
use crate::catalogue::{AliasError, Catalogue, Holder, value_of};
use crate::journal::{Entry, WriterId};

/// Who holds an alias: `v2`, `v2 90 %, v3 10 %`, `nobody`.
pub fn holders_named(catalogue: &Catalogue, holders: &[Holder]) -> String {
    let holder = |holder: &Holder| alias_share(&version_named(catalogue, &holder.version), holder.share);
    match holders {
        [] => "nobody".to_owned(),
        holders => holders.iter().map(holder).collect::<Vec<_>>().join(", "),
    }
}

/// A version by its label, within its model.
pub(super) fn version_named(catalogue: &Catalogue, id: &str) -> String {
    catalogue
        .version(id)
        .map_or_else(|| id.to_owned(), |version| version.label())
}

/// An alias, with the version's share where that is not all.
pub fn alias_share(name: &str, share: u64) -> String {
    match share {
        100 => name.to_owned(),
        share => format!("{name} {share} %"),
    }
}

/// How far a version was cleared for a protected alias when this person moved it, or would be if they moved it now.
pub fn clearance(clearance: &Clearance<'_>, mover: (WriterId, &str)) -> (Level, String) {
    let (all, open) = (clearance.items.len(), clearance.open());
    let mut told = Vec::new();
    if all > 0 {
        told.push(format!("{} of {} checked", all - open, all));
    }
    let names = clearance.approvals.iter().map(|entry| match entry.author() {
        "" => "somebody".to_owned(),
        author => author.to_owned(),
    });
    let names = names.collect::<Vec<_>>().join(" and ");
    let is_approved = clearance.is_approved_beside(mover.0, mover.1);
    told.push(match (is_approved, names.as_str()) {
        (true, names) => format!("approved by {names}"),
        (false, "") => "not approved".to_owned(),
        (false, names) => format!("approved by {names} alone, who moved it"),
    });
    let level = match is_approved && open == 0 {
        true => Level::Info,
        false => Level::Warning,
    };
    (level, told.join(", "))
}

/// How far each version that an entry gave a protected alias to was cleared for it then; of several each with its name.
pub fn cleared(catalogue: &Catalogue, alias: &str, entry: &Entry) -> Vec<(Level, String)> {
    let to = holders(value_of(entry)).unwrap_or_default();
    let of_many = to.len() > 1;
    let told = |holder: &Holder| {
        let clearance = catalogue.clearance(&holder.version, alias, Some(entry))?;
        let (level, told) = self::clearance(&clearance, (entry.writer(), entry.author()));
        let name = of_many.then(|| format!("{}: ", version_named(catalogue, &holder.version)));
        Some((level, name.unwrap_or_default() + &told))
    };
    to.iter().filter_map(told).collect()
}

/// An alias was not moved.
pub fn alias_not_moved(name: &str, error: &AliasError) -> Notice {
    match error {
        AliasError::Name => Notice::error(
            "An alias needs a name: up to 64 characters, without a slash.",
            "Type one, as production or champion.",
        ),
        AliasError::Reserved => Notice::error(
            format!("{name} is no name for an alias: it says which version it is."),
            "Choose another name, as production or champion.",
        ),
        AliasError::NotOfModel(id) => Notice::error(
            format!("{name} was not moved: {id} is no version of this model."),
            "Choose one of its versions.",
        ),
        AliasError::Shares => Notice::error(
            format!("{name} was not moved: the shares must be from 1 to 100 per cent, and 100 together."),
            "Change the shares.",
        ),
        AliasError::Unchanged => Notice::error(format!("{name} is there already."), "Nothing was changed."),
    }
}

/// Nobody held an alias before.
pub fn nothing_to_roll_back(name: &str) -> Notice {
    Notice::error(
        format!("{name} was not rolled back: nobody held it before."),
        "Move it to a version.",
    )
}

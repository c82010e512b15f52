//! Modelbook's command line: the page's own code for machines that have no browser.
//!
//! Exit codes: 0, all is well; 1, a file is not in the catalogue, or could be read in part only, or can run code when
//! it is loaded; 2, the command was not understood, or something could not be read or written: then nothing was.

mod catalogue;
mod files;
mod inspect;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "modelbook", version, about = "Hashes, reads and catalogues model files.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Says what model files are: format, parameters, tensors, metadata, what a pickle would import.
    Inspect {
        /// Files, or folders whose files are meant.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Prints a JSON object a line, one for each file.
        #[arg(long)]
        json: bool,
        /// Reads the headers alone: quick for large files, and without digests.
        #[arg(long)]
        no_hash: bool,
    },
    /// Prints SHA-256 digests as sha256sum does; for a folder that of a version that is all its files.
    Hash {
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Registers everything in a folder, as if it had been dropped on the page, into a catalogue to be imported there.
    Scan {
        /// The folder: each folder in it is one version, each loose file too, shards of one model together.
        folder: PathBuf,
        /// The catalogue to write. If it is there already, what is new is added.
        #[arg(short, long)]
        output: PathBuf,
        /// Who registers.
        #[arg(long, env = "USER", default_value = "")]
        author: String,
        /// Puts what the files say of themselves into the catalogue too: tensors, metadata, imports.
        #[arg(long)]
        inspect: bool,
    },
    /// Says which version of which model files and folders are.
    Verify {
        /// The catalogue.
        catalogue: PathBuf,
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Merges catalogues: all entries of all, each once. Usable as git's merge driver.
    Merge {
        /// The catalogues.
        #[arg(required = true, num_args = 2..)]
        catalogues: Vec<PathBuf>,
        /// The catalogue to write; may be one of them.
        #[arg(short, long)]
        output: PathBuf,
    },
}

fn main() -> ExitCode {
    let run = match Arguments::parse().command {
        Command::Inspect { paths, json, no_hash } => inspect::run(&paths, json, no_hash),
        Command::Hash { paths } => files::print_digests(&paths),
        Command::Scan {
            folder,
            output,
            author,
            inspect,
        } => catalogue::scan(&folder, &output, &author, inspect),
        Command::Verify { catalogue, paths } => catalogue::verify(&catalogue, &paths),
        Command::Merge { catalogues, output } => catalogue::merge(&catalogues, &output),
    };
    match run {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("modelbook: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// What a command found: whether all is as it should be.
type Found = Result<bool>;

//! Keras: `.keras`, a zip of a configuration and HDF5 weights, and the HDF5 files of before.
//!
//! Sources: keras.io, "Save, serialize, and export models"; keras/src/saving/saving_lib.py,
//! keras/src/legacy/saving/legacy_h5_format.py.

use super::cursor::Cursor;
use super::facts::{Facts, Port, add_pair, put_before};
use super::hdf5;
use super::json::{Json, Value};
use super::problem::Problem;
use super::source::Source;
use super::zip::Directory;

/// A configuration that is longer is not read.
const CONFIG_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Weights that are packed have to be unpacked: so many bytes.
const WEIGHTS_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Models within models.
const DEPTH_MAX: usize = 16;

/// Layers that are listed.
const LAYERS_MAX: usize = 10_000;

/// Whether a zip is a Keras model.
pub fn is_one(directory: &Directory) -> bool {
    directory.get("config.json").is_some()
        && directory
            .members
            .iter()
            .any(|member| member.name == "metadata.json" || member.name.ends_with(".weights.h5"))
}

/// Reads a Keras 3 model.
pub async fn read_zip(directory: &Directory, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "keras-v3".into();
    let mut problem = None;
    let mut version = None;
    for name in ["metadata.json", "config.json"] {
        match read_document(directory, name, source).await {
            Ok(Some(document)) if name == "metadata.json" => {
                let pairs = document.members().iter();
                facts
                    .metadata
                    .extend(pairs.map(|(key, value)| (key.clone(), value.shown())));
                let keras = document.get("keras_version").and_then(Value::as_text);
                version = keras.map(str::to_owned);
                facts.producer = keras.map(|version| format!("Keras {version}"));
            }
            Ok(Some(document)) => {
                if let Err(wrong) = take_config(source, &document, facts) {
                    problem.get_or_insert(wrong);
                }
            }
            Ok(None) => {}
            Err(wrong) => drop(problem.get_or_insert(wrong)),
        }
    }
    for member in &directory.members {
        // Large models have several files of weights.
        if member.name.ends_with(".weights.h5") {
            let read = async {
                let weights = member.open(source, WEIGHTS_BYTES_MAX).await?;
                hdf5::read_objects(&weights, facts).await
            };
            if let Err(wrong) = read.await {
                problem.get_or_insert(wrong);
            }
        }
    }
    facts.format_version = version;
    hdf5::count(facts);
    problem.map_or(Ok(()), Err)
}

async fn read_document(directory: &Directory, name: &str, source: &Source) -> Result<Option<Value>, Problem> {
    let Some(member) = directory.get(name) else {
        return Ok(None);
    };
    let opened = member.open(source, CONFIG_BYTES_MAX).await?;
    if opened.size() > CONFIG_BYTES_MAX as u64 {
        return Err(Problem::too_many(
            opened.in_file(0),
            "bytes of configuration",
            CONFIG_BYTES_MAX as u64,
        ));
    }
    Json::new(&mut Cursor::new(&opened)).value().await.map(Some)
}

/// Takes the attributes that Keras gives an HDF5 file for what they are; tells whether it is a whole model.
pub async fn take_attributes(source: &Source, facts: &mut Facts) -> Result<bool, Problem> {
    let attribute = |name: &str| {
        let found = facts.metadata.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    };
    if let Some(version) = attribute("keras_version") {
        facts.producer = Some(format!("Keras {version}"));
    }
    let Some(config) = attribute("model_config") else {
        return Ok(false);
    };
    let config = source.unpacked(config.into_bytes());
    match Json::new(&mut Cursor::new(&config)).value().await {
        Ok(config) => take_config(source, &config, facts)?,
        Err(_) => facts.warn("Its model_config is no JSON."),
    }
    Ok(true)
}

/// What a configuration says: the class, its layers, what goes in, and what of it runs code.
fn take_config(source: &Source, config: &Value, facts: &mut Facts) -> Result<(), Problem> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_text).map(str::to_owned);
    let inner = config.get("config");
    facts.architecture = text(config, "class_name");
    if let Some(name) = inner.and_then(|inner| text(inner, "name")) {
        facts.hyperparams.push(("name".to_owned(), name));
    }
    let mut layers = Vec::new();
    let listed = list_layers(config, "", 0, &mut layers, &Cursor::new(source), facts);
    facts.hyperparams.push(("layers".to_owned(), layers.len().to_string()));
    for (name, class) in layers {
        facts.hyperparams.push((format!("layer {name}"), class));
    }
    listed?;
    let compiled = ["optimizer", "loss", "metrics"];
    if let Some(compile) = config.get("compile_config") {
        for (key, value) in compile.members().iter().filter(|(key, _)| compiled.contains(&&**key)) {
            let class = text(value, "class_name").unwrap_or_else(|| value.shown());
            facts.hyperparams.push((format!("compile.{key}"), class));
        }
    }
    Ok(())
}

/// The layers of a model, and of models in it: path and class.
fn list_layers(
    model: &Value,
    within: &str,
    depth: usize,
    layers: &mut Vec<(String, String)>,
    cursor: &Cursor,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let listed = model.get("config").and_then(|config| config.get("layers"));
    for layer in listed.map(Value::items).unwrap_or_default() {
        if layers.len() == LAYERS_MAX {
            facts.warn("There are more layers than are listed here.");
            return Ok(());
        }
        let class = layer.get("class_name").and_then(Value::as_text).unwrap_or_default();
        let config = layer.get("config");
        let name = config.and_then(|config| config.get("name")).and_then(Value::as_text);
        let mut name = name.unwrap_or_default().to_owned();
        put_before(within, "/", &mut name, cursor)?;
        if class == "Lambda" {
            facts.warn(format!(
                "The Lambda layer {name} holds Python code, which runs when the model is loaded without Keras' safe mode."
            ));
        }
        let module = layer.get("module").and_then(Value::as_text);
        let is_known = |module: &str| ["keras", "tensorflow"].contains(&module.split('.').next().unwrap_or_default());
        let registered = layer.get("registered_name").and_then(Value::as_text);
        if let Some(module) = module.filter(|module| !is_known(module)) {
            facts.warn(format!("The layer {name} is of the class {class} of the Python module {module}, which is imported when the model is loaded."));
        } else if let Some(registered) = registered.filter(|name| name.contains('>') && !name.starts_with("keras")) {
            facts.warn(format!(
                "The layer {name} is of a class of its maker's own: {registered}."
            ));
        }
        if class == "InputLayer" && depth == 0 {
            let shape = config.and_then(|config| config.get("batch_shape").or(config.get("batch_input_shape")));
            let dtype = config.and_then(|config| config.get("dtype")).map(Value::shown);
            facts.inputs.push(Port {
                name: name.clone(),
                kind: format!(
                    "{}{}",
                    dtype.unwrap_or_default(),
                    shape.map(Value::shown).unwrap_or_default().replace("null", "?")
                ),
            });
        }
        add_pair(layers, name.clone(), class.to_owned(), cursor)?;
        if depth < DEPTH_MAX {
            list_layers(layer, &name, depth + 1, layers, cursor, facts)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::source::{Inspection, Step};
    use super::*;

    fn facts_of(config: &'static str) -> Facts {
        let step = Inspection::start(0, 1, move |source| async move {
            let mut facts = Facts::default();
            facts.metadata.push(("model_config".to_owned(), config.to_owned()));
            assert!(matches!(take_attributes(&source, &mut facts).await, Ok(true)));
            facts
        });
        match step {
            Step::Done(facts) => *facts,
            Step::Need(..) => Facts::default(),
        }
    }

    #[test]
    fn layers_that_run_code_are_pointed_out() {
        for (layer, expected) in [
            (
                r#"{"class_name":"Dense","module":"keras.layers","registered_name":null}"#,
                None,
            ),
            (r#"{"class_name":"Dense","module":"tensorflow.python.keras"}"#, None),
            (r#"{"class_name":"Lambda"}"#, Some("Lambda")),
            (r#"{"class_name":"X","module":"kerasx.layers"}"#, Some("kerasx.layers")),
            (
                r#"{"class_name":"X","module":"keras","registered_name":"mine>X"}"#,
                Some("mine>X"),
            ),
            (
                r#"{"class_name":"Sequential","config":{"layers":[{"class_name":"Lambda"}]}}"#,
                Some("Lambda"),
            ),
        ] {
            let config = format!(r#"{{"class_name":"Sequential","config":{{"layers":[{layer}]}}}}"#);
            let warnings = facts_of(config.leak()).warnings;
            assert_eq!(warnings.len(), usize::from(expected.is_some()), "{layer}: {warnings:?}");
            let is_told = expected.is_none_or(|expected| warnings.iter().any(|warning| warning.contains(expected)));
            assert!(is_told, "{layer}: {warnings:?}");
        }
    }

    #[test]
    fn a_configuration_that_is_none_is_said() {
        assert_eq!(facts_of("{").warnings, ["Its model_config is no JSON."]);
    }
}

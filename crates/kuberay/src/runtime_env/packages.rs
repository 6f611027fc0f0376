//! Packages of a runtime environment, each in one of several forms.

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Packages that pip or uv installs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Packages<Options> {
    /// Requirements, such as `torch==2.9.0`.
    List(Vec<String>),
    /// A file with requirements, where the job is submitted.
    File(String),
    /// Requirements with options.
    Options(Options),
}

/// Packages with the options of pip.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PipOptions {
    /// The packages.
    pub packages: PackageList,
    /// Whether `pip check` runs after the installation. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pip_check: Option<bool>,
    /// Version of pip, such as `==25.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pip_version: Option<String>,
    /// Options of `pip install`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pip_install_options: Option<Vec<String>>,
}

/// Packages with the options of uv.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UvOptions {
    /// The packages.
    pub packages: Vec<String>,
    /// Whether `uv pip check` runs after the installation. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uv_check: Option<bool>,
    /// Version of uv, such as `==0.9.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uv_version: Option<String>,
    /// Options of `uv pip install`. Default: `--no-cache`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uv_pip_install_options: Option<Vec<String>>,
}

/// The packages of [`PipOptions`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PackageList {
    /// Requirements, such as `torch==2.9.0`.
    List(Vec<String>),
    /// A file with requirements, where the job is submitted.
    File(String),
}

/// An environment of conda.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Conda {
    /// The name of an environment in the image, or a file where the job is submitted.
    Name(String),
    /// The content of an environment file.
    Environment(Map<String, Value>),
}

/// Reads an enum whose variants have different shapes. With `untagged`, errors would not tell where they are.
struct Shapes<T>(&'static str, PhantomData<T>);

impl<'de, Options: Deserialize<'de>> Deserialize<'de> for Packages<Options> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Shapes::<Self>("a list of packages, the name of a file, or a mapping", PhantomData))
    }
}

impl<'de, Options: Deserialize<'de>> Visitor<'de> for Shapes<Packages<Options>> {
    type Value = Packages<Options>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E>(self, file: &str) -> Result<Self::Value, E> {
        Ok(Packages::File(file.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(Packages::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Options::deserialize(MapAccessDeserializer::new(map)).map(Packages::Options)
    }
}

impl<'de> Deserialize<'de> for PackageList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Shapes::<Self>("a list of packages, or the name of a file", PhantomData))
    }
}

impl<'de> Visitor<'de> for Shapes<PackageList> {
    type Value = PackageList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E>(self, file: &str) -> Result<Self::Value, E> {
        Ok(PackageList::File(file.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(PackageList::List)
    }
}

impl<'de> Deserialize<'de> for Conda {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Shapes::<Self>("the name of an environment, or a mapping", PhantomData))
    }
}

impl<'de> Visitor<'de> for Shapes<Conda> {
    type Value = Conda;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Conda::Name(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Map::deserialize(MapAccessDeserializer::new(map)).map(Conda::Environment)
    }
}

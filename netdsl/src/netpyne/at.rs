//! A value of a file and where it stands.

use super::finding::Found;
use super::json::Json;

/// A value and its path.
#[derive(Clone, Debug)]
pub(super) struct At<'j> {
    pub(super) value: &'j Json,
    pub(super) path: String,
}

impl<'j> At<'j> {
    pub(super) fn new(value: &'j Json, path: &str) -> Self {
        Self {
            value,
            path: path.to_owned(),
        }
    }

    /// The place of the entry `key`, whose value is `value`.
    pub(super) fn with(&self, key: &str, value: &'j Json) -> Self {
        let word = key.chars().all(|c| c.is_alphanumeric() || c == '_');
        let path = match word && !key.starts_with(|c: char| c.is_ascii_digit()) {
            true => format!("{}.{key}", self.path),
            false => format!("{}['{key}']", self.path),
        };
        Self { value, path }
    }

    /// The entry `key`, unless it is missing or null.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        (*value != Json::Null).then(|| self.with(key, value))
    }

    /// The entries of an object; none if it is something else.
    pub(super) fn entries(&self) -> Vec<(&'j str, Self)> {
        match self.value {
            Json::Object(entries) => entries
                .iter()
                .map(|(key, value)| (key.as_str(), self.with(key, value)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The entries of an object that is expected here.
    pub(super) fn object(&self, found: &mut Found) -> Vec<(&'j str, Self)> {
        if !matches!(self.value, Json::Object(_)) {
            self.expected(found, "a dictionary");
        }
        self.entries()
    }

    /// The items of a list; `None` if it is something else.
    pub(super) fn items(&self) -> Option<Vec<Self>> {
        let Json::List(items) = self.value else {
            return None;
        };
        let item = |(k, value)| Self {
            value,
            path: format!("{}[{k}]", self.path),
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// The items of a list, or the one value there is.
    pub(super) fn one_or_more(&self) -> Vec<Self> {
        self.items().unwrap_or_else(|| vec![self.clone()])
    }

    pub(super) fn as_text(&self) -> Option<&'j str> {
        match self.value {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match self.value {
            Json::Number(x) => Some(*x),
            _ => None,
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self.value {
            Json::Bool(b) => *b,
            Json::Number(x) => *x != 0.0,
            Json::Text(text) => !text.is_empty(),
            Json::List(items) => !items.is_empty(),
            Json::Object(entries) => !entries.is_empty(),
            Json::Null => false,
        }
    }

    /// The entry `key` counts as true in Python.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|entry| entry.is_true())
    }

    pub(super) fn text(&self, found: &mut Found) -> Option<&'j str> {
        if self.as_text().is_none() {
            self.expected(found, "a text");
        }
        self.as_text()
    }

    pub(super) fn number(&self, found: &mut Found) -> Option<f64> {
        if self.as_number().is_none() {
            self.expected(found, "a number");
        }
        self.as_number()
    }

    /// A list of texts, or one text.
    pub(super) fn texts(&self, found: &mut Found) -> Vec<&'j str> {
        let items = self.one_or_more();
        items.iter().filter_map(|item| item.text(found)).collect()
    }

    /// A list of `N` numbers.
    pub(super) fn numbers<const N: usize>(&self, found: &mut Found) -> Option<[f64; N]> {
        let items = self.items().unwrap_or_default();
        let numbers: Option<Vec<f64>> = items.iter().map(At::as_number).collect();
        let numbers = numbers.and_then(|numbers| numbers.try_into().ok());
        if numbers.is_none() {
            self.expected(found, &format!("a list of {N} numbers"));
        }
        numbers
    }

    pub(super) fn expected(&self, found: &mut Found, what: &str) {
        let message = format!("{what} is expected here, but it is {}", self.value.kind());
        found.error(self, message, "", "an exception in the middle of the build");
    }

    /// Tells keys that are not among `known`.
    pub(super) fn only(&self, found: &mut Found, known: &[&str], netpyne: &str) {
        for (key, entry) in self.entries() {
            if !known.contains(&key) {
                found.unknown_key(&entry, key, known, netpyne);
            }
        }
    }
}

//! The common shape of bodies: items separated by `,` or `;`, most of them `key: value`.

use crate::ctxt::{Ctxt, quoted};
use crate::tokens::{Cursor, Tok};
use netdsl_lang::diag::{did_you_mean, nearest};
use proc_macro2::{Delimiter, Ident, Span};

/// The tokens of one item, and where a message about what is missing in it belongs.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) toks: &'a [Tok],
    pub(crate) end: Span,
}

impl<'a> Item<'a> {
    pub(crate) fn cursor(&self) -> Cursor<'a> {
        Cursor::new(self.toks, self.end)
    }

    /// The word that the item begins with, after `///` comments.
    pub(crate) fn starts_with(&self, word: &str) -> bool {
        let mut rest = self.toks;
        while let [hash, _, tail @ ..] = rest
            && hash.is_punct('#')
        {
            rest = tail;
        }
        rest.first().is_some_and(|t| t.is_word(word))
            && !rest.get(1).is_some_and(|t| t.is_punct(':'))
    }
}

/// Splits a body. An item ends at `,` or `;`, and after a brace group. A `param` holds Rust code and ends at the first
/// `;` or at a `,` outside of angle brackets.
pub(crate) fn items(mut cursor: Cursor<'_>) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    while !cursor.is_empty() {
        let n = item_length(cursor);
        let toks = cursor.take(n);
        let braced = toks.last().is_some_and(|t| t.brace().is_some());
        let end = match cursor.peek() {
            Some(t) if is_separator(t) => {
                let span = t.first();
                cursor.next();
                span
            }
            None if !braced => cursor.end(),
            // after a brace group, the group's own end
            _ => toks.last().map_or(cursor.end(), Tok::last),
        };
        // nothing between two separators is an item that its reader refuses
        items.push(Item { toks, end });
    }
    items
}

/// Splits a macro's input into declarations: each ends after a brace group that no `->` follows, or at `,` or `;`.
pub(crate) fn declarations(mut cursor: Cursor<'_>) -> Vec<Item<'_>> {
    let mut found = Vec::new();
    while !cursor.is_empty() {
        let toks = cursor.rest();
        let mut n = 0;
        while n < toks.len() && !is_separator(&toks[n]) {
            n += 1;
            let arrow = toks.get(n).is_some_and(|t| t.is_punct('-'))
                && toks.get(n + 1).is_some_and(|t| t.is_punct('>'));
            if (toks[n - 1].brace().is_some() && !arrow) || starts_declaration(toks, n) {
                break;
            }
        }
        let item = Item {
            toks: cursor.take(n),
            end: toks[n.max(1) - 1].last(),
        };
        if cursor.peek().is_some_and(is_separator) {
            cursor.next();
        }
        if !item.toks.is_empty() {
            found.push(item);
        }
    }
    found
}

/// Whether a new declaration begins at token `n`: with `pub` or a comment, after something else.
fn starts_declaration(toks: &[Tok], n: usize) -> bool {
    let attribute = |i: usize| {
        toks[i].is_punct('#')
            && toks
                .get(i + 1)
                .is_some_and(|t| t.group(Delimiter::Bracket).is_some())
    };
    let after_attribute = n >= 2 && attribute(n - 2);
    let inside_attribute = attribute(n - 1);
    let begins = toks.get(n).is_some_and(|t| t.is_word("pub")) || (n < toks.len() && attribute(n));
    begins && !after_attribute && !inside_attribute
}

fn is_separator(t: &Tok) -> bool {
    t.is_punct(',') || t.is_punct(';')
}

fn item_length(cursor: Cursor<'_>) -> usize {
    let toks = cursor.rest();
    let whole = Item {
        toks,
        end: cursor.end(),
    };
    if whole.starts_with("param") && matches!(toks.get(1), Some(Tok::Word(_))) {
        return rust_length(toks);
    }
    // the braces of `key: if .. { .. } else { .. }` end nothing
    let keyed = toks.get(1).is_some_and(|t| t.is_punct(':'));
    let mut conditional = false;
    for (i, t) in toks.iter().enumerate() {
        conditional |= keyed && t.is_word("if");
        if is_separator(t) {
            return i;
        }
        if t.brace().is_some() && !conditional {
            return i + 1;
        }
    }
    toks.len()
}

/// Length of an item that ends with Rust code: `::<` opens angle brackets, in which commas do not count.
fn rust_length(toks: &[Tok]) -> usize {
    let mut angles = 0usize;
    for (i, t) in toks.iter().enumerate() {
        let turbofish = t.is_punct('<') && (angles > 0 || i > 0 && toks[i - 1].is_punct(':'));
        if turbofish {
            angles += 1;
        } else if t.is_punct('>') && angles > 0 {
            angles -= 1;
        } else if t.is_punct(';') || (t.is_punct(',') && angles == 0) {
            return i;
        }
    }
    toks.len()
}

/// A `key: value`.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) key: &'a Ident,
    pub(crate) value: Item<'a>,
}

/// Reads an item as `key: value`; says what is missing.
pub(crate) fn field<'a>(cx: &mut Ctxt, item: Item<'a>) -> Option<Field<'a>> {
    let mut cursor = item.cursor();
    let Some(key) = cursor.word() else {
        let text = match item.toks {
            [] => "nothing stands before this separator: leave it out",
            _ => "expected `field: value` here",
        };
        cx.over(item.toks, item.end, text);
        return None;
    };
    if !cursor.eat_punct(':') {
        let text = match cursor.peek() {
            Some(t) if t.is_punct('=') => format!("write `{key}: ..`, with a colon"),
            _ => format!("`{key}` needs a value: `{key}: ..`"),
        };
        cx.over(item.toks, item.end, text);
        return None;
    }
    if cursor.is_empty() {
        cx.between(
            key.span(),
            item.end,
            format!("`{key}` needs a value after the colon"),
        );
        return None;
    }
    Some(Field {
        key,
        value: Item {
            toks: cursor.rest(),
            end: item.end,
        },
    })
}

/// Splits `a: 1 um b: 2`, and `a: 1 um hh`, where a comma was forgotten, and tells of it.
pub(crate) fn at_forgotten_commas<'a>(cx: &mut Ctxt, item: Item<'a>) -> Vec<Item<'a>> {
    let mut parts = Vec::new();
    let mut rest = item;
    while let Some(at) = forgotten_comma(rest.toks) {
        let word = &rest.toks[at];
        if let Tok::Word(name) = word {
            cx.at(word.first(), format!("expected `,` before `{name}`"));
        }
        parts.push(Item {
            toks: &rest.toks[..at],
            end: word.first(),
        });
        rest = Item {
            toks: &rest.toks[at..],
            end: rest.end,
        };
    }
    parts.push(rest);
    parts
}

/// Where the value of `key: value` ends and something else begins: at a word that a colon or another word follows or
/// precedes as no expression has it.
fn forgotten_comma(toks: &[Tok]) -> Option<usize> {
    const JOINING: [&str; 5] = ["and", "or", "not", "if", "else"];
    let colon = |i: usize| toks.get(i).is_some_and(|t| t.is_punct(':'));
    let joining = |t: &Tok| JOINING.iter().any(|word| t.is_word(word));
    if !matches!(toks.first(), Some(Tok::Word(_))) || !colon(1) || colon(2) {
        return None;
    }
    (3..toks.len()).find(|&i| {
        let (before, word) = (&toks[i - 1], &toks[i]);
        if !matches!(word, Tok::Word(_)) || joining(word) || joining(before) {
            return false;
        }
        let keyed = colon(i + 1) && !colon(i + 2) && !matches!(before, Tok::Punct(_));
        let interpolated = i > 1 && toks[i - 2].is_punct('#');
        let doubled = matches!(before, Tok::Word(_)) && !interpolated;
        keyed || doubled
    })
}

/// What a macro knows about its fields: their names, and what users of NetPyNE may call them.
pub(crate) struct Keys {
    pub(crate) names: &'static [&'static str],
    /// (NetPyNE's name, what to write instead).
    pub(crate) netpyne: &'static [(&'static str, &'static str)],
}

impl Keys {
    /// The message for a field that does not exist.
    pub(crate) fn unknown(&self, owner: &str, key: &str) -> String {
        if let Some((_, ours)) = self.netpyne.iter().find(|(n, _)| *n == key) {
            return format!("`{key}` is NetPyNE's word; here, write {ours}");
        }
        format!(
            "{owner} has no field `{key}`{}\nits fields are {}",
            did_you_mean(key, self.names.iter().copied()),
            quoted(self.names)
        )
    }
}

impl Keys {
    /// The fields that an unknown one may stand for: they are not missing, too.
    pub(crate) fn meant_by(&self, key: &str) -> Vec<String> {
        let near = nearest(key, self.names.iter().copied());
        let netpyne = self.netpyne.iter().find(|(n, _)| *n == key);
        let meant = |name: &&&str| {
            near == Some(**name)
                || (key.len() > 2 && name.starts_with(key))
                || netpyne.is_some_and(|(_, ours)| ours.contains(&format!("`{name}:")))
        };
        let names = self.names.iter().filter(meant);
        names.map(|name| (*name).to_owned()).collect()
    }
}

/// Fields by name, in the order written; those given twice were reported.
pub(crate) struct Fields<'a> {
    found: Vec<Field<'a>>,
    /// Keys of fields that could not be read, which was reported: they are not missing.
    lost: Vec<String>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new() -> Self {
        Self {
            found: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// Adds a field, unless there is one of its name.
    pub(crate) fn add(&mut self, cx: &mut Ctxt, field: Field<'a>) -> bool {
        let repeated = self.found.iter().any(|f| f.key == field.key);
        if repeated {
            cx.at(field.key.span(), format!("`{}` is given twice", field.key));
        } else {
            self.found.push(field);
        }
        !repeated
    }

    /// Reads items that are all fields.
    pub(crate) fn read(cx: &mut Ctxt, items: &[Item<'a>], owner: &str, keys: &Keys) -> Self {
        let mut fields = Self::new();
        for item in items {
            let Some(field) = field_of_body(cx, *item, keys) else {
                fields.lose(*item);
                continue;
            };
            if keys.names.iter().any(|n| field.key == n) {
                fields.add(cx, field);
            } else {
                let key = field.key.to_string();
                cx.at(field.key.span(), keys.unknown(owner, &key));
                fields.lost.extend(keys.meant_by(&key));
            }
        }
        fields
    }

    /// Notes the words of an item that could not be read.
    pub(crate) fn lose(&mut self, item: Item<'_>) {
        let words = item.toks.iter().filter_map(|t| match t {
            Tok::Word(word) => Some(word.to_string()),
            _ => None,
        });
        self.lost.extend(words);
    }

    /// Notes that the whole body is missing, which was reported.
    pub(crate) fn lose_all(&mut self, names: &[&str]) {
        self.lost.extend(names.iter().map(|n| (*n).to_owned()));
    }

    /// Whether the field is there, readable or not.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some() || self.lost.iter().any(|lost| lost == key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<Field<'a>> {
        self.found.iter().find(|f| f.key == key).copied()
    }
}

/// As [`field`], and a comma that was forgotten between two fields is said to be missing.
fn field_of_body<'a>(cx: &mut Ctxt, item: Item<'a>, keys: &Keys) -> Option<Field<'a>> {
    let field = field(cx, item)?;
    let toks = field.value.toks;
    for (i, pair) in toks.windows(2).enumerate().skip(1) {
        let [Tok::Word(word), colon] = pair else {
            continue;
        };
        let path = toks.get(i + 2).is_some_and(|t| t.is_punct(':')) || toks[i - 1].is_punct(':');
        if colon.is_punct(':') && !path && keys.names.iter().any(|n| word == n) {
            cx.at(word.span(), format!("expected `,` before `{word}`"));
            return None;
        }
    }
    Some(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{Tok, read};
    use proc_macro2::TokenStream;

    fn toks(text: &str) -> Vec<Tok> {
        read(text.parse::<TokenStream>().expect("lexes"))
    }

    fn lengths(text: &str) -> Vec<usize> {
        let toks = toks(text);
        items(Cursor::new(&toks, Span::call_site()))
            .iter()
            .map(|i| i.toks.len())
            .collect()
    }

    #[test]
    fn bodies_are_split() {
        assert_eq!(lengths("a: 1, b: 2; c: 3"), [3, 3, 3]);
        assert_eq!(
            lengths("soma { L: 1 um } dend: soma(1) { x: 1 }, k: 2,"),
            [2, 5, 3]
        );
        assert_eq!(lengths("param l: um = { f::<A, B>(2.0) }; a: 1"), [6, 3]);
        assert_eq!(lengths("param l: um = f::<A, B>(2.0), a: 1"), [14, 3]);
        assert_eq!(lengths("p: if a < b { 1 } else { 2 } + 3, q: 1"), [11, 3]);
        assert_eq!(lengths(",a: 1,,"), [0, 3, 0]);
        assert_eq!(lengths(""), [0usize; 0]);
    }

    const KEYS: Keys = Keys {
        names: &["weight", "delay"],
        netpyne: &[("synMech", "`synapse: Exc at soma(0.5)`")],
    };

    fn mistakes(text: &str) -> Vec<String> {
        let toks = toks(text);
        let mut cx = Ctxt::new();
        let items = items(Cursor::new(&toks, Span::call_site()));
        let _ = Fields::read(&mut cx, &items, "a rule", &KEYS);
        cx.into_mistakes().into_iter().map(|m| m.text).collect()
    }

    #[test]
    fn all_mistakes_of_a_body_are_told() {
        let found =
            mistakes("wieght: 1, delay: 2, delay: 3, synMech: 4, weight, delay = 2, weight:");
        assert_eq!(
            found,
            [
                "a rule has no field `wieght`; did you mean `weight`?\nits fields are `weight`, `delay`",
                "`delay` is given twice",
                "`synMech` is NetPyNE's word; here, write `synapse: Exc at soma(0.5)`",
                "`weight` needs a value: `weight: ..`",
                "write `delay: ..`, with a colon",
                "`weight` needs a value after the colon",
            ]
        );
    }

    #[test]
    fn a_missing_comma_is_told() {
        assert_eq!(
            mistakes("weight: 1 uS delay: 2 ms"),
            ["expected `,` before `delay`"]
        );
        assert!(mistakes("weight: delay::weight::x").is_empty());
    }
}

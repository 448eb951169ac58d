//! The tree of a cell type: sections, their parents, and names for several of them.

use crate::ctxt::{Ctxt, quoted};
use crate::decl::name_text;
use crate::fields::{Item, items};
use crate::tokens::{Cursor, Tok};
use netdsl_lang::diag::did_you_mean;
use netdsl_lang::model;
use proc_macro2::{Delimiter, Ident, TokenStream};

/// A section as it was declared.
pub(crate) struct Section {
    pub(crate) name: Ident,
    pub(crate) docs: TokenStream,
    pub(crate) parent: Option<Ident>,
    /// It has a parent that could not be read.
    pub(crate) unread: bool,
}

/// `(1)` after the section's name: the end that is joined, 0 if not given.
pub(crate) fn end_of_child(cx: &mut Ctxt, cursor: &mut Cursor<'_>) -> f64 {
    let Some(tree) = cursor.peek().and_then(|t| t.group(Delimiter::Parenthesis)) else {
        return 0.0;
    };
    cursor.next();
    match crate::lists::plain_number(&tree.inner) {
        Some(end) if end == 0.0 || end == 1.0 => end,
        _ => {
            cx.between(
                tree.open,
                tree.close,
                "a section is joined with its end (0) or (1)",
            );
            0.0
        }
    }
}

/// `: soma(1)`.
pub(crate) fn attachment(
    cx: &mut Ctxt,
    cursor: &mut Cursor<'_>,
    name: &Ident,
    child_end: f64,
) -> Option<(Ident, model::Attachment)> {
    if !cursor.eat_punct(':') {
        return None;
    }
    let here = cursor.here();
    if cursor.peek().is_some_and(|t| t.brace().is_some()) {
        let text = format!(
            "expected the section that `{name}` is joined to, as in `dend: soma(1) {{ .. }}`; the root stands without a colon: `{name} {{ .. }}`"
        );
        cx.at(here, text);
        return None;
    }
    let Some(parent) = cursor.word() else {
        cx.at(
            here,
            format!("expected the section that `{name}` is joined to: `{name}: soma(1) {{ .. }}`"),
        );
        return None;
    };
    let tree = cursor.peek().and_then(|t| t.group(Delimiter::Parenthesis));
    let loc = match tree {
        Some(tree) => {
            cursor.next();
            let value = Item {
                toks: &tree.inner,
                end: tree.close,
            };
            crate::lists::position(cx, value).unwrap_or(1.0)
        }
        None => {
            cx.at(
                parent.span(),
                format!("say where on `{parent}`: `{name}: {parent}(1) {{ .. }}`"),
            );
            1.0
        }
    };
    let attachment = model::Attachment {
        section: name_text(parent),
        loc,
        child_end,
    };
    Some((parent.clone(), attachment))
}

/// Every parent exists, there is one root, and every section hangs on it.
pub(crate) fn tree(cx: &mut Ctxt, name: &Ident, sections: &[Section]) {
    let names: Vec<String> = sections.iter().map(|s| name_text(&s.name)).collect();
    let names = || names.iter().map(String::as_str);
    let mut unknown = false;
    for parent in sections.iter().filter_map(|s| s.parent.as_ref()) {
        if !sections.iter().any(|s| s.name == *parent) {
            let near = did_you_mean(&name_text(parent), names());
            let text = format!(
                "`{name}` has no section `{parent}`{near}\nits sections are {}",
                quoted(names())
            );
            cx.at(parent.span(), text);
            unknown = true;
        }
    }
    if sections.is_empty() {
        cx.at(
            name.span(),
            format!("`{name}` has no section: write `soma {{ L: 20 um, diam: 20 um, pas {{}} }}`"),
        );
        return;
    }
    let mut roots = sections.iter().filter(|s| s.parent.is_none() && !s.unread);
    let root = roots.next();
    for second in roots {
        let (root, second) = (&root.expect("comes before the second").name, &second.name);
        let text = format!(
            "`{root}` and `{second}` are both roots: join one to another section, as in `{second}: {root}(1) {{ .. }}`"
        );
        cx.at(second.span(), text);
    }
    if unknown {
        return;
    }
    for section in sections {
        if is_circular(section, sections) {
            let text = format!(
                "`{}` is joined to itself, directly or through others",
                section.name
            );
            cx.at(section.name.span(), text);
        }
    }
}

/// Whether the parents of a section lead back to it.
fn is_circular(section: &Section, sections: &[Section]) -> bool {
    let mut at = section;
    for _ in 0..sections.len() {
        let Some(parent) = at.parent.as_ref() else {
            return false;
        };
        let Some(next) = sections.iter().find(|s| s.name == *parent) else {
            return false;
        };
        if next.name == section.name {
            return true;
        }
        at = next;
    }
    false
}

/// `list apical = [dend1, dend2];`
pub(crate) fn section_list(
    cx: &mut Ctxt,
    item: Item<'_>,
    sections: &[Section],
    model: &mut model::CellType,
) {
    let mut cursor = item.cursor();
    cursor.next();
    let Some(name) = cursor.word() else { return };
    let equals = cursor.eat_punct('=');
    let here = cursor.here();
    let tree = cursor.next().and_then(|t| t.group(Delimiter::Bracket));
    let (true, Some(tree)) = (equals, tree) else {
        cx.at(here, format!("write `list {name} = [dend1, dend2];`"));
        return;
    };
    let mut members = Vec::new();
    for member in items(Cursor::of_tree(tree)) {
        match member.toks {
            [Tok::Word(word)] if is_section(cx, word, sections) => members.push(name_text(word)),
            [Tok::Word(_)] => {}
            other => cx.over(other, member.end, "expected the name of a section"),
        }
    }
    if tree.inner.is_empty() {
        cx.between(
            tree.open,
            tree.close,
            format!("the list `{name}` is empty: name its sections"),
        );
        return;
    }
    if sections.iter().any(|s| s.name == *name) {
        cx.at(
            name.span(),
            format!("`{name}` is a section and cannot also name a list"),
        );
        return;
    }
    if model.section_lists.get(&name_text(name)).is_some() {
        cx.at(name.span(), format!("list `{name}` is given twice"));
        return;
    }
    model.section_lists.push(name_text(name), members);
}

pub(crate) fn is_section(cx: &mut Ctxt, word: &Ident, sections: &[Section]) -> bool {
    let known = sections.iter().any(|s| s.name == *word);
    if !known {
        let names: Vec<String> = sections.iter().map(|s| name_text(&s.name)).collect();
        let near = did_you_mean(&name_text(word), names.iter().map(String::as_str));
        let text = format!(
            "there is no section `{word}`{near}\nthe sections are {}",
            quoted(&names)
        );
        cx.at(word.span(), text);
    }
    known
}

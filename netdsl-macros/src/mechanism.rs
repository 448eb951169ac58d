//! `mechanism!`, and the mechanisms that are shipped.

use crate::ctxt::Ctxt;
use crate::decl::{self, Head, Shape, name_text, path_of};
use crate::facts;
use crate::fields::{Item, declarations, field, items};
use crate::tokens::{Cursor, Tok, Tree, last_span, read, to_stream};
use netdsl_lang::mech::{Kind, Program};
use netdsl_lang::nmodl::{UnitCheck, examine_with_hooks, expand_includes};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "pub Im = \"mod/im.mod\"";

/// The macro.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let toks = read(input);
    let mut cx = Ctxt::new();
    let end = last_span(&toks).unwrap_or_else(Span::call_site);
    let found = declarations(Cursor::new(&toks, end));
    if found.is_empty() {
        cx.at(end, format!("expected a mechanism, as in `{EXAMPLE}`"));
    }
    let code: TokenStream = found
        .into_iter()
        .map(|item| declare(&mut cx, item))
        .collect();
    let errors = cx.into_errors();
    quote!(#code #errors)
}

/// NMODL, and where it comes from.
struct Source {
    /// For messages.
    file: String,
    text: String,
    /// An expression of type `&'static str` with the text.
    code: TokenStream,
}

fn declare(cx: &mut Ctxt, item: Item<'_>) -> TokenStream {
    let mut cursor = item.cursor();
    let head = decl::head(cx, &mut cursor, "a mechanism", EXAMPLE);
    let Some(name) = head.name.clone() else {
        return TokenStream::new();
    };
    let here = cursor.here();
    if !cursor.eat_punct('=') {
        cx.at(
            here,
            format!("expected `=` and a file name, as in `{EXAMPLE}`"),
        );
        return broken(&head, &name);
    }
    let toks = cursor.rest();
    let (toks, options) = match toks.split_last().map(|(last, toks)| (toks, last.brace())) {
        Some((toks, Some(tree))) => (toks, options(cx, tree)),
        _ => (toks, Options::default()),
    };
    let Some(source) = source(cx, toks, cursor.end(), &name_text(&name)) else {
        return broken(&head, &name);
    };
    let alone = |_: &str, name: &str| Err(format!("{name} is not part of this text"));
    let names: Vec<String> = options.hooks.iter().map(|h| h.name.clone()).collect();
    let examined = examine_with_hooks(&source.text, &source.file, &alone, options.units, &names);
    match examined.program {
        Some(program) => emit(&head, &name, &program, &source, &options.hooks),
        None => {
            // the compiler writes `error: ` itself
            let text = examined.problems.to_string().replace("\nerror: ", "\n");
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            cx.over(cursor.rest(), cursor.end(), text);
            broken(&head, &name)
        }
    }
}

/// What stands in braces behind the file.
struct Options {
    units: UnitCheck,
    hooks: Vec<Given>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            units: UnitCheck::No,
            hooks: Vec::new(),
        }
    }
}

/// A Rust function that takes the place of C.
struct Given {
    name: String,
    function: TokenStream,
}

/// `{ units: strict, hooks: { name: function } }`
fn options(cx: &mut Ctxt, tree: &Tree) -> Options {
    let mut options = Options::default();
    for item in items(Cursor::of_tree(tree)) {
        match item.toks {
            [units, colon, strict]
                if units.is_word("units") && colon.is_punct(':') && strict.is_word("strict") =>
            {
                options.units = UnitCheck::Refuse;
            }
            [hooks, colon, given]
                if hooks.is_word("hooks") && colon.is_punct(':') && given.brace().is_some() =>
            {
                let given = given.brace().into_iter();
                let given = given.flat_map(|tree| items(Cursor::of_tree(tree)));
                for item in given.collect::<Vec<_>>() {
                    options.hooks.extend(hook(cx, item));
                }
            }
            found => {
                let text = "expected `units: strict`, with which mistakes in the file's units are errors, or \
                            `hooks: { name: function }`, Rust functions that take the place of C";
                cx.over(found, tree.close, text.to_owned());
            }
        }
    }
    options
}

/// `name: path::of::function`
fn hook(cx: &mut Ctxt, item: Item<'_>) -> Option<Given> {
    let found = field(cx, item)?;
    let mut cursor = found.value.cursor();
    let path = cursor.path();
    if path.is_empty() || !cursor.is_empty() {
        let text = format!(
            "expected the name of a function, as in `{}: my_function`",
            found.key
        );
        cx.over(found.value.toks, found.value.end, text);
        return None;
    }
    Some(Given {
        name: name_text(found.key),
        function: to_stream(path),
    })
}

/// A file name, or NMODL itself: what has line breaks or braces is no file name.
fn source(cx: &mut Ctxt, toks: &[Tok], end: Span, name: &str) -> Option<Source> {
    let literal = match toks {
        [Tok::Literal(literal)] => literal,
        _ => {
            cx.over(
                toks,
                end,
                format!("expected a file name in quotes, as in `{EXAMPLE}`"),
            );
            return None;
        }
    };
    let Ok(text) = syn::parse2::<syn::LitStr>(to_stream(toks)) else {
        cx.over(
            toks,
            end,
            format!("expected a file name in quotes, as in `{EXAMPLE}`"),
        );
        return None;
    };
    let text = text.value();
    if text.contains(['\n', '{']) {
        return Some(Source {
            file: name.to_owned(),
            code: quote!(#literal),
            text,
        });
    }
    file(cx, literal, &text)
}

fn file(cx: &mut Ctxt, literal: &Literal, name: &str) -> Option<Source> {
    let path = beside(literal.span(), name);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let absolute = path.to_string_lossy().into_owned();
            let whole = match expand_includes(&text, &absolute, &included) {
                Ok(whole) => whole,
                Err(problem) => {
                    cx.at(literal.span(), problem);
                    return None;
                }
            };
            let code = if whole == text {
                quote!(::core::include_str!(#absolute))
            } else {
                // the first file at least is watched for changes
                quote!({ const _: &str = ::core::include_str!(#absolute); #whole })
            };
            Some(Source {
                file: name.to_owned(),
                text: whole,
                code,
            })
        }
        Err(error) => {
            let text = format!(
                "cannot read `{name}`: {error}\nthe name is relative to this source file, so it was looked for at {}",
                path.display()
            );
            cx.at(literal.span(), text);
            None
        }
    }
}

/// The path and text of a file that another includes.
fn included(from: &str, name: &str) -> Result<(String, String), String> {
    let path = std::path::Path::new(from).with_file_name(name);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok((path.to_string_lossy().into_owned(), text))
}

/// The path of `name` relative to the source file that the span is in.
fn beside(span: Span, name: &str) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let folder = match span.local_file() {
        Some(file) => here.join(file).parent().map(Path::to_owned),
        // an editor's compiler does not know the file: guess the usual folder
        None => std::env::var_os("CARGO_MANIFEST_DIR").map(|dir| PathBuf::from(dir).join("src")),
    };
    folder.unwrap_or(here).join(name)
}

/// The type and its facts.
fn mechanism_impl(
    head: &Head,
    name: &Ident,
    program: &Program,
    path: &TokenStream,
    functions: &TokenStream,
) -> TokenStream {
    let text = &program.name;
    let doc = if program.doc.is_empty() {
        format!("Mechanism `{text}`.")
    } else {
        program.doc.clone()
    };
    let item = decl::type_item(head, name, Shape::Type, &doc);
    let constants = facts::constants(program);
    let cell = match program.kind {
        Kind::Artificial => cell_impl(name, program, path),
        _ => quote!(),
    };
    quote! {
        #item
        impl ::netdsl::Mechanism for #name {
            const NAME: &'static ::core::primitive::str = #text;
            #constants
            #functions
        }
        #cell
    }
}

/// An ARTIFICIAL_CELL is a cell type as well.
fn cell_impl(name: &Ident, program: &Program, path: &TokenStream) -> TokenStream {
    let text = &program.name;
    quote! {
        impl ::netdsl::CellType for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const PATH: &'static ::core::primitive::str = #path;
            const SECTIONS: &'static [::netdsl::__private::SectionFact] = &[];
            const ARTIFICIAL: ::core::primitive::bool = true;
            const VARIABLES: &'static [::netdsl::__private::VariableFact] =
                <Self as ::netdsl::Mechanism>::VARIABLES;
            const WEIGHTS: &'static [::netdsl::__private::VariableFact] =
                <Self as ::netdsl::Mechanism>::WEIGHTS;
            fn declare(__netdsl_into: &mut ::netdsl::__private::Assembly) {
                __netdsl_into.add_artificial::<Self>();
            }
        }
    }
}

fn emit(
    head: &Head,
    name: &Ident,
    program: &Program,
    source: &Source,
    given: &[Given],
) -> TokenStream {
    let path = path_of(name);
    let Source { file, code, .. } = source;
    let module = format_ident!("__netdsl_code_of_{}", name_text(name));
    let hooks = program.hooks.iter().map(|hook| {
        let given = given.iter().find(|g| g.name == hook.name);
        crate::hook::code(
            hook,
            &given.expect("only given hooks are compiled").function,
        )
    });
    let functions = quote! {
        fn native() -> ::netdsl::__private::NativeCode {
            ::netdsl::__private::native_code::<#module::Code>()
        }
        fn declare(__netdsl_into: &mut ::netdsl::__private::Assembly) {
            __netdsl_into.add_mechanism::<Self>(#path, #file, #code, &[#(#hooks),*]);
        }
    };
    let item = mechanism_impl(head, name, program, &path, &functions);
    let kernel = native_code(&module, program);
    quote!(#item #kernel)
}

/// The program as Rust, for rustc to optimise; it computes the bits that the VM computes. In a module of its own, so that
/// rustc compiles it apart from the others, and again only when it was edited.
fn native_code(module: &Ident, program: &Program) -> TokenStream {
    let text = netdsl_lang::mech::emit::kernel(program, "Code", "::netdsl::__private::lang");
    let code: TokenStream = text.parse().expect("programs are printed as sound Rust");
    quote! {
        #[doc(hidden)]
        #[allow(non_snake_case)]
        mod #module {
            pub enum Code {}
            #[automatically_derived]
            #code
        }
    }
}

/// What is left of a mechanism that could not be read.
fn broken(head: &Head, name: &Ident) -> TokenStream {
    let text = name_text(name);
    let item = decl::type_item(head, name, Shape::Type, &format!("Mechanism `{text}`."));
    quote! {
        #item
        impl ::netdsl::Mechanism for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const BROKEN: ::core::primitive::bool = true;
            const KIND: ::netdsl::__private::MechanismKind = ::netdsl::__private::MechanismKind::Density;
            const VARIABLES: &'static [::netdsl::__private::VariableFact] = &[];
            const WEIGHTS: &'static [::netdsl::__private::VariableFact] = &[];
            fn declare(__netdsl_into: &mut ::netdsl::__private::Assembly) { let _ = __netdsl_into; }
        }
    }
}

/// Types for all shipped mechanisms: `netdsl` itself invokes this.
pub(crate) fn expand_shipped() -> TokenStream {
    netdsl_lang::mech::shipped::programs()
        .iter()
        .map(|program| {
            let name = format_ident!("{}", program.name);
            let head = Head {
                docs: TokenStream::new(),
                visibility: quote!(pub),
                name: Some(name.clone()),
            };
            let path = format!("netdsl::{}", program.name);
            let functions = quote! {
                fn declare(__netdsl_into: &mut ::netdsl::__private::Assembly) {
                    __netdsl_into.add_shipped::<Self>(#path);
                }
            };
            mechanism_impl(&head, &name, program, &quote!(#path), &functions)
        })
        .collect()
}

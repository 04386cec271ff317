//! `telbill generate`: what packagers and scripts need.

use clap::CommandFactory;

use super::args::{Arguments, GenerateOptions, Generated, SchemaOf};
use super::exit::Exit;
use super::output::Output;
use super::ui::{Failure, Ui};
use crate::cdr::DIALECT;
use crate::estimate::forecast::FORECAST;
use crate::invoice::INVOICE;
use crate::render::{
    write_checked_schema, write_derivations_schema, write_dialects_schema, write_estimate_schema,
    write_inspected_schema, write_keys_schema, write_schema,
};
use crate::tariff::keys::CONTRACT;

pub(super) fn run(options: &GenerateOptions, _ui: &Ui) -> Result<Exit, Failure> {
    let output = Output::raw_stdout();
    output.write(|out| match &options.what {
        Generated::Completions { shell } => {
            let mut command = Arguments::command();
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut command, "telbill", &mut text);
            out.write_all(&text)
        }
        Generated::Man => clap_mangen::Man::new(Arguments::command()).render(out),
        Generated::Schema { of: SchemaOf::Audit } => write_schema(out),
        Generated::Schema { of: SchemaOf::Explain } => write_derivations_schema(out),
        Generated::Schema { of: SchemaOf::Check } => write_checked_schema(out),
        Generated::Schema { of: SchemaOf::Estimate } => write_estimate_schema(out),
        Generated::Schema { of: SchemaOf::Inspect } => write_inspected_schema(out),
        Generated::Schema { of: SchemaOf::Dialects } => write_dialects_schema(out),
        Generated::Schema { of: SchemaOf::Forecast } => write_keys_schema(out, &FORECAST),
        Generated::Schema { of: SchemaOf::Contract } => write_keys_schema(out, &CONTRACT),
        Generated::Schema { of: SchemaOf::Invoice } => write_keys_schema(out, &INVOICE),
        Generated::Schema { of: SchemaOf::Dialect } => write_keys_schema(out, &DIALECT),
    })?;
    Ok(Exit::Fine)
}

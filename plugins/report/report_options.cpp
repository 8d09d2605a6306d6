#include "report_options.hpp"

#include <utility>

namespace weir::report {
namespace {

About about_of(const AboutOptions& written) {
  return {written.owner, written.audience, written.decision, written.measures, written.expected};
}

Result<SectionSpec> section_of(const SectionOptions& written) {
  SectionSpec section{written.id, written.title,          written.question, written.answer, written.labels,
                      {},         about_of(written.about)};
  for (std::size_t i = 0; i < written.show.size(); ++i) {
    Result<Show> show = show_of(written.show[i]);
    if (!show.is_ok())
      return show.status().with_context("section '" + written.id + "', entry " + std::to_string(i + 1));
    section.show.push_back(std::move(*show));
  }
  return section;
}

}  // namespace

OptionList<SectionOptions> SectionOptions::options() {
  return options_of<SectionOptions>(
      required(OptionName::nested("id"), &SectionOptions::id, "Unique in the report."),
      optional("title", &SectionOptions::title, "The id when left out."),
      required("question", &SectionOptions::question, "What people ask."),
      optional(
          "answer", &SectionOptions::answer,
          "One sentence with {{id}} of this section's kpis; left out, the main fact of its first chart."),
      optional(OptionName::nested("labels"), &SectionOptions::labels,
               "Printed beside title and answer: [synthetic data]."),
      optional("about", &SectionOptions::about, "What people want to know of it; below the question."),
      required("show", &SectionOptions::show, "Tiles, charts and tables."));
}

OptionList<AboutOptions> AboutOptions::options() {
  return options_of<AboutOptions>(
      optional(OptionName::nested("owner"), &AboutOptions::owner, "Who answers for it."),
      optional("audience", &AboutOptions::audience, "Who reads it."),
      optional("decision", &AboutOptions::decision, "What is decided with it."),
      optional("measures", &AboutOptions::measures, "What it measures."),
      optional("expected", &AboutOptions::expected, "What was expected before anybody looked."));
}

Result<ReportSpec> report_spec(const ReportOptions& options) {
  if (options.filter_by.size() > 1)
    return Status::invalid("filter_by: a page has one drop-down; found " +
                           std::to_string(options.filter_by.size()) + " columns");
  ReportSpec spec{options.title,
                  about_of(options.about),
                  options.filter_by.empty() ? std::string() : options.filter_by.front(),
                  {}};
  WEIR_ASSIGN_OR_RETURN(spec.day_zone, DayZone::named(options.timezone));
  for (const SectionOptions& written : options.sections) {
    WEIR_ASSIGN_OR_RETURN(SectionSpec section, section_of(written));
    spec.sections.push_back(std::move(section));
  }
  return spec;
}

}  // namespace weir::report

#pragma once

#include "engine/records/export.h"

#include <functional>

class QWidget;

namespace ui::pages {

/// Asks where calls are saved, and as what: the name's ending decides.
/// @param name  suggested, without ending; @param chosen  called when a file was chosen
void askForExportFile(const QString &name, QWidget *window,
                      std::function<void(const QString &path, engine::records::ExportFormat format)> chosen);

} // namespace ui::pages

#pragma once

#include <QString>

namespace engine::dialogue::openai {

/// Takes <think>...</think> out of streamed text, however it is split, and the blank space such a block leaves at the
/// start. Local servers without a reasoning parser send a model's thoughts this way. Pure.
class ThinkFilter
{
public:
    /// @return what of the text so far is certain to be spoken
    [[nodiscard]] QString push(const QString &delta);
    /// At the end of the answer: what was held back because it looked like the start of a tag.
    [[nodiscard]] QString finish();

private:
    QString give(const QString &text);

    QString m_held;
    bool m_thinking = false;
    bool m_gaveWords = false;
};

} // namespace engine::dialogue::openai

// Excerpt written for the illustration; no such product exists.
package exemplar.programmer.update

import java.io.File

private const val BUNDLE = "sc2-update.bundle"

class BundleReader(private val media: File, private val isGenuine: (ByteArray) -> Boolean) {

    // One file name is read from media, and nothing of it is used before its signature holds.
    // @implements CTL-026
    fun read(): ByteArray? {
        val found = File(media, BUNDLE).takeIf { it.isFile } ?: return null
        return found.readBytes().takeIf(isGenuine)
    }
}

package tornado.attention.bench.tables;

/** Where published figures come from. */
enum Source {
    /** ECA-Net. */
    ECA("ECA-Net", "Wang et al., ECA-Net, CVPR 2020, table 3", true),
    /** ECA-Net's README. */
    ECA_README("ECA-Net code", "README of BangguWu/ECANet", true),
    /** EPSANet. */
    EPSA("EPSANet code", "README of murufeng/EPSANet", true),
    /** SKNet. */
    SK("SKNet code", "README and models of implus/SKNet", true),
    /** ULSAM. */
    ULSAM("ULSAM slides", "slides and poster (WACV 2020) in Nandan91/ULSAM", true),
    /** timm. */
    TIMM("timm", "results-imagenet.csv of pytorch-image-models; the same in mmclassification's SE-ResNet page", true),
    /** EEG. */
    EEG("EEG comparison", "a comparison of attention modules for EEG, on 16 channels", true),
    /** GCNet; its figure of the plain ResNet-50 is SENet's as well. */
    GCNET("GCNet*", "Cao et al., GCNet, ICCVW 2019", false),
    /** FcaNet. */
    FCA("FcaNet*", "Qin et al., FcaNet, ICCV 2021", false),
    /** SRM. */
    SRM("SRM*", "Lee et al., SRM, ICCV 2019", false),
    /** DIANet. */
    DIA("DIANet*", "Huang et al., DIANet, AAAI 2020", false),
    /** RCAN. */
    RCAN("RCAN*", "Zhang et al., RCAN, ECCV 2018", false);

    private final String key;
    private final String title;
    private final boolean reread;

    Source(String key, String title, boolean reread) {
        this.key = key;
        this.title = title;
        this.reread = reread;
    }

    /** Short name; one that ends in a star was not read again. */
    String key() {
        return key;
    }

    /** What it is. */
    String title() {
        return title;
    }

    /** Whether the figures were looked up in the source itself when they were written down; the others are from memory. */
    boolean reread() {
        return reread;
    }
}

package io.ansermq.tck.transactions;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.arjuna.recovery.RecoveryModule;
import com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTANodeNameXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTATransactionLogXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.util.List;

/** The transaction manager of this JVM, with its log in a directory. There is one for the whole life of a JVM. */
public final class Narayana {
    private static final String NODE = "tck";

    private final RecoveryManager recovery;

    private Narayana(final RecoveryManager recovery) {
        this.recovery = recovery;
    }

    /** Sets it up; to be called once, before anything else of it is used. */
    public static Narayana with(final Path directory, final XAResourceRecoveryHelper... resources) {
        try {
            arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier(NODE);
        } catch (CoreEnvironmentBeanException e) {
            throw new IllegalArgumentException(e);
        }
        for (final String store : new String[] {null, "communicationStore", "stateStore"}) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(directory.toString());
        }
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        final JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
        jta.setXaRecoveryNodes(List.of(NODE));
        jta.setXaResourceOrphanFilterClassNames(List.of(
                JTATransactionLogXAResourceOrphanFilter.class.getName(),
                JTANodeNameXAResourceOrphanFilter.class.getName()));
        // Recovery runs when it is asked for, and nothing is under way then: there is nothing to be careful about.
        jta.setOrphanSafetyInterval(1);
        recoveryPropertyManager
                .getRecoveryEnvironmentBean()
                .setRecoveryModuleClassNames(
                        List.of(AtomicActionRecoveryModule.class.getName(), XARecoveryModule.class.getName()));
        recoveryPropertyManager.getRecoveryEnvironmentBean().setExpiryScannerClassNames(List.of());
        final RecoveryManager manager = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
        manager.initialize();
        for (final XAResourceRecoveryHelper each : resources) {
            XARecoveryModule.getRegisteredXARecoveryModule().addXAResourceRecoveryHelper(each);
        }
        return new Narayana(manager);
    }

    /** The transaction manager. */
    public TransactionManager manager() {
        return com.arjuna.ats.jta.TransactionManager.transactionManager();
    }

    /**
     * One run of the recovery manager over its log and all resources: both passes of all its modules, without the pause
     * between them that spares transactions which are just ending, for there are none.
     */
    public void recover() {
        recovery.getModules().forEach(RecoveryModule::periodicWorkFirstPass);
        recovery.getModules().forEach(RecoveryModule::periodicWorkSecondPass);
    }
}
